// workerd dies by SIGKILL in the middle of things, and everything is right after the restart. What is
// asserted is what can be seen from outside: the forge's git and Batch's records.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, propose, readPull } from '../../scripts/demo/contributor.ts';
import { flour, sourdough, wholePounds, winter } from '../../scripts/demo/fates.ts';
import { alice, bob } from '../../scripts/demo/people.ts';
import {
  batchesOf,
  faultsOf,
  mainOf,
  startTestStack,
  type TestStack,
  until,
} from '../support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
  // The last story lives on polls alone.
  stack = await startTestStack({ pollEverySeconds: 2 });
});
afterAll(() => stack.close());

const happened = (kind: string, pr: number) =>
  stack.history.until(`${kind} of #${pr}`, (events) =>
    events.find((event) => event.kind === kind && event.pr === pr),
  );

/** Landed exactly once, as the commit that its only batch tested; deployed once; seen as merged. */
async function expectLandedOnce(pr: number, testBatches: number): Promise<void> {
  const landing = await happened('land.verified', pr);
  const landed = (await mainOf(stack)).filter(({ subject }) => subject.endsWith(`(#${pr})`));
  const tests = await batchesOf(stack, `test=1 pr=${pr}`);
  expect(landed.map(({ sha }) => sha)).toEqual([landing.data['landed_sha']]);
  expect(tests.length).toBe(testBatches);
  expect(tests[0]?.attributes['tested_sha']).toBe(landed[0]?.sha);
  expect(landed[0]?.parents).toEqual([tests[0]?.attributes['target_sha']]);
  await stack.history.until(`the deploy of #${pr}`, (events) =>
    events.find((e) => e.kind === 'deploy.succeeded' && e.data['sha'] === landed[0]?.sha),
  );
  expect((await batchesOf(stack, `deploy=1 sha=${landed[0]?.sha}`)).length).toBe(1);
  expect((await readPull(stack.access, alice, pr)).state).toBe('closed');
}

describe('S3.1 S6.9 S7.5 killed in the middle', () => {
  it('of a landing that has happened, before its answer came', async () => {
    const forge = faultsOf(stack.stack.forge.url, '_forge');
    const pr = await propose(stack.access, await stack.draft(sourdough));
    await happened('test.passed', pr);
    const before = (await mainOf(stack))[0]?.sha;
    await forge.add({
      match: { api: 'graphql', path: 'updateRefs' },
      when: 'after',
      do: { delayMs: 30_000 },
      times: 1,
    });
    await approve(stack.access, bob, pr);
    await until('main has moved', async () => (await mainOf(stack))[0]?.sha !== before);
    await stack.stack.sluice.crashAndRestart();
    await forge.clear();
    await expectLandedOnce(pr, 1);
  });

  it('of a landing that is still on its way, and arrives after the crash', async () => {
    const forge = faultsOf(stack.stack.forge.url, '_forge');
    const pr = await propose(stack.access, await stack.draft(wholePounds));
    await happened('test.passed', pr);
    await forge.add({
      match: { api: 'graphql', path: 'updateRefs' },
      when: 'before',
      do: { delayMs: 1_500 },
      times: 1,
    });
    await approve(stack.access, alice, pr);
    await happened('land.started', pr);
    await sleep(700);
    await stack.stack.sluice.crashAndRestart();
    await forge.clear();
    await expectLandedOnce(pr, 1);
  });

  it('of creating a batch, before its number came', async () => {
    const batch = faultsOf(stack.stack.batch.url, '_batch');
    const made = await stack.draft({ ...winter, branch: 'pr/winter' });
    await batch.add({
      match: { method: 'POST', path: 'create-fast' },
      when: 'after',
      do: { delayMs: 30_000 },
      times: 1,
    });
    const pr = await propose(stack.access, made);
    await until('the batch exists', async () => (await batchesOf(stack, `pr=${pr}`)).length > 0);
    await stack.stack.sluice.crashAndRestart();
    await batch.clear();
    await approve(stack.access, alice, pr);
    await expectLandedOnce(pr, 1);
  });

  it('with everybody knocked out: no webhook and no callback arrives, polling does the job (S4.6)', async () => {
    const forge = faultsOf(stack.stack.forge.url, '_forge');
    const { batch } = stack.stack;
    await forge.add({
      match: { api: 'webhook' },
      when: 'before',
      do: { drop: true },
      times: 1_000,
    });
    await fetch(`${batch.url}/_batch/callbacks`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'drop' }),
    });
    const pr = await propose(stack.access, await stack.draft({ ...flour, author: bob }));
    await approve(stack.access, alice, pr);
    await expectLandedOnce(pr, 1);
  });
});
