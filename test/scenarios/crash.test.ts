// S6.9 and S2.4: the program dies at every call of a story, and its memory is lost after every pass. The
// story must end as if nothing had happened, with the same batches and no more.
import { describe, expect, test } from 'vitest';
import { Scenario } from '../support/world/scenario.ts';
import type { Call } from '../support/world/wire.ts';

/** Two pull requests, one from a fork, on a branch that deploys: every action but the alert. */
async function tell(ci: Scenario): Promise<void> {
  await ci.letBatchesPass();
  const a = ci.openPr({ approved: true });
  const b = ci.openPr({ approved: true, fork: 'bob/bakery', author: 'bob' });
  await ci.settle();
  const c = ci.openPr();
  await ci.settle();
  ci.push(c);
  await ci.letBatchesPass();
  await ci.poll();
  await ci.letBatchesPass();
  ci.expect(a).landed();
  ci.expect(b).landed();
  ci.expect(c).shows('success');
  expect(ci.github.pull(b).comments).toHaveLength(1);
  expect(ci.alerts).toEqual([]);
  expect(ci.object.state.frozen).toBeNull();
  await ci.expectNothingElse();
  ci.expectNoBreach();
}

const begin = (): Scenario => new Scenario({ deployable: true });

async function undisturbed(): Promise<readonly Call[]> {
  const ci = begin();
  await tell(ci);
  return ci.wire.calls;
}

describe('S6.9 a crash at every call', async () => {
  const calls = await undisturbed();
  const ci = begin();
  await tell(ci);
  const batches = ci.batch.all.length;

  for (const when of ['before', 'after'] as const)
    test(`${when} each of ${calls.length} calls takes effect`, async () => {
      for (let n = 1; n <= calls.length; n++) {
        const ci = begin();
        ci.failOnce((_, count) => count === n, { when, with: 'crash' });
        await tell(ci).catch((error: unknown) => {
          throw new Error(`crash ${when} call ${n}, ${calls[n - 1]?.name}`, { cause: error });
        });
        expect(ci.batch.all.length, `batches after a crash ${when} call ${n}`).toBe(batches);
      }
    });

  for (const when of ['before', 'after'] as const)
    test(`each of ${calls.length} calls is lost ${when} it takes effect`, async () => {
      for (let n = 1; n <= calls.length; n++) {
        const ci = begin();
        const fault = { kind: 'unknown', message: 'the connection was cut' } as const;
        ci.failOnce((_, count) => count === n, { when, with: fault });
        await tell(ci).catch((error: unknown) => {
          throw new Error(`${when} call ${n}, ${calls[n - 1]?.name}, is lost`, { cause: error });
        });
        expect(ci.batch.all.length, `batches after call ${n} was lost ${when}`).toBe(batches);
      }
    });
});
