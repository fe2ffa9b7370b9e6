// The main job from push to deploy, on workerd with real git and real jobs: the demo of `npm start`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playDemo } from '../../scripts/start/run-demo.ts';
import { batchesOf, mainOf, ownRefs, startTestStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

describe('S10.6 the whole loop on one machine', () => {
  it('S6 S7 S8 six pull requests meet their fates', async () => {
    const report = await playDemo(stack);
    expect(report.pulls.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'landed'],
      [2, 'landed after a retest'],
      [3, 'failed its tests'],
      [4, 'landed after authorization'],
      [5, 'held by its label'],
      [6, 'conflicts with main'],
    ]);
    expect(report.ok).toBe(true);

    const landed = report.pulls.filter(({ landed_sha }) => landed_sha !== null);
    const main = await mainOf(stack);
    // S7.5: each landing is the very commit that was tested, on the parent that it was tested on.
    for (const { tested_sha, landed_sha, target_sha, title, number } of landed) {
      expect(landed_sha).toBe(tested_sha);
      const commit = main.find(({ sha }) => sha === landed_sha);
      expect(commit?.parents).toEqual([target_sha]);
      expect(commit?.subject).toBe(`${title} (#${number})`);
    }
    expect(main.slice(0, 3).map(({ sha }) => sha)).toEqual(
      landed.map(({ landed_sha }) => landed_sha).toReversed(),
    );

    // S6.9, S6.11: every batch has the jobs that were submitted, and no test was made twice.
    const tests = await batchesOf(stack, 'test=1');
    const identities = tests.map(({ attributes: { pr, source_sha, target_sha, attempt } }) =>
      [pr, source_sha, target_sha, attempt].join(),
    );
    expect(new Set(identities).size).toBe(identities.length);
    for (const { n_jobs, attributes } of tests) expect(String(n_jobs)).toBe(attributes['jobs']);

    // S8.1: each landing was deployed or superseded, and nothing was deployed twice.
    const deploys = await batchesOf(stack, 'deploy=1');
    const deployed = deploys.map(({ attributes }) => attributes['sha']);
    expect(new Set(deployed).size).toBe(deployed.length);
    expect(deployed[0]).toBe(main[0]?.sha);

    // What is left of our own refs belongs to pull requests that are open and were tested.
    expect(await ownRefs(stack)).toEqual(['refs/sluice/main/3', 'refs/sluice/main/5']);
  });
});
