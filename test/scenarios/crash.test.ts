// S6.9, S2.4: at every call of a story the program dies, an answer is lost, or all memory is lost. The
// story must end as if nothing had happened, with the same batches and no more.
import { describe, expect, test } from 'vitest';
import { answerLost, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import type { Trouble } from '../../scripts/sim/world/wire.ts';
import { Scenario } from '../support/scenario.ts';

/** Three pull requests, one from a fork, one pushed to, on a branch that deploys: most there is to do. */
async function tell(ci: Scenario): Promise<void> {
  await ci.letBatchesPass();
  const a = ci.openPr({ approved: true });
  const b = ci.openPr({ approved: true, fork: 'bob/bakery', author: 'bob' });
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

/** Tells the story once for each of its calls. @param disturb what happens at the n-th call */
async function tellAgain(disturb: (ci: Scenario, n: number) => void): Promise<void> {
  const undisturbed = begin();
  await tell(undisturbed);
  const { calls } = undisturbed.wire;
  for (const [index, { name }] of calls.entries()) {
    const ci = begin();
    disturb(ci, index + 1);
    await tell(ci).catch((error: unknown) => {
      throw new Error(`disturbed at call ${index + 1}, ${name}:\n${ci.toldSoFar()}`, {
        cause: error,
      });
    });
    expect(ci.batch.all.length, `batches, disturbed at ${name}`).toBe(undisturbed.batch.all.length);
  }
}

describe('S6.9, S2.4 a story is told the same', () => {
  const troubles: readonly (readonly [string, Trouble])[] = [
    ['a crash before any of its calls takes effect', { when: 'before', with: 'crash' }],
    ['a crash after any of its calls took effect', { when: 'after', with: 'crash' }],
    ['any call lost', lostOnTheWay],
    ['any answer lost', answerLost],
    [
      'any call refused for a while',
      { when: 'before', with: { kind: 'rate_limited', message: 'slow down', retryAfterMs: 7_000 } },
    ],
  ];
  for (const [name, trouble] of troubles)
    test(`with ${name}`, () =>
      tellAgain((ci, n) => ci.failOnce((_, count) => count === n, trouble)));

  test('with memory lost at any call', () =>
    tellAgain((ci, n) =>
      ci.meanwhile(
        (_, count) => count === n,
        () => ci.object.loseStorage(),
      ),
    ));

  test('with a crash at any call and at the next', () =>
    tellAgain((ci, n) => {
      ci.failOnce((_, count) => count === n, { when: 'after', with: 'crash' });
      ci.failOnce((_, count) => count === n + 1, { when: 'after', with: 'crash' });
    }));
});
