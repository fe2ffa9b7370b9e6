// S6.7 A branch whose check is a check run of our GitHub App: what people see of a test on GitHub, and what they can
// ask for there.
import { describe, expect } from 'vitest';
import {
  checkShown,
  press,
  rerequest,
  rerequestAll,
  runsOn,
  type WorldRun,
} from '../../scripts/sim/world/check-runs.ts';
import { APP } from '../../scripts/sim/world/github-world.ts';
import { answerLost, calling } from '../../scripts/sim/world/trouble.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const asApp = { app: APP };

const runsOf = (ci: Scenario, pr: number): readonly WorldRun[] =>
  runsOn(ci.github.view, ci.github.pull(pr).source.sha, APP, 'sluice');
function newest(ci: Scenario, pr: number): WorldRun {
  const run = runsOf(ci, pr).at(-1);
  if (!run) throw new Error(`#${pr} shows no check run`);
  return run;
}
const titles = (ci: Scenario, pr: number): string[] =>
  runsOf(ci, pr).flatMap(({ posts }) =>
    posts.map((title) => title.replace(/\b[0-9a-f]{7}\b/, 'it')),
  );

/** @returns another pull request, from a branch of its own that is at the same commit */
function openSharing(ci: Scenario, pr: number): number {
  const { number: _, source, ...like } = ci.github.pull(pr);
  ci.github.moveBranch('same', source.sha);
  return ci.github.openPullFrom({ ...source, branch: 'same' }, like);
}

describe('S6.7 a test is seen on GitHub', () => {
  scenario(
    'from waiting to the result in one run, with a count of the jobs that have ended',
    async (ci) => {
      ci.github.push('main', { 'build.yaml': 'jobs: 12' });
      const pr = ci.openPr();
      await ci.settle();
      for (let job = 0; job < 11; job += 1) {
        for (const batch of ci.batch.tests(pr)) ci.batch.getsOn(batch);
        await ci.poll();
      }
      await ci.letBatchesPass();
      expect(runsOf(ci, pr)).toHaveLength(1);
      expect(titles(ci, pr)).toEqual([
        'Waiting to be tested',
        'Testing on it in batch 1',
        ...[3, 6, 9].map((count) => `Testing on it in batch 1: ${count} of 12 jobs have ended`),
        'Passed on it in batch 1',
      ]);
      ci.expect(pr).shows('success');
      await ci.expectNothingElse();
    },
    asApp,
  );

  scenario(
    'S9.2 and is one run, too, when answers are lost',
    async (ci) => {
      ci.failOnce(calling('github.postCheck'), answerLost);
      const pr = ci.openPr();
      await ci.advance(1);
      ci.failOnce(calling('github.changeCheck'), answerLost);
      await ci.letBatchesPass();
      await ci.advance(2);
      expect(runsOf(ci, pr)).toHaveLength(1);
      ci.expect(pr).shows('success');
      await ci.expectNothingElse();
    },
    asApp,
  );

  scenario(
    'S9.2 and is one run, too, when it passes to another pull request that has the commit',
    async (ci) => {
      const pr = ci.openPr();
      const heir = openSharing(ci, pr);
      const { source } = ci.github.pull(pr);
      await ci.settle();
      ci.object.restart();
      ci.push(pr);
      await ci.letBatchesPass();
      expect(runsOn(ci.github.view, source.sha, APP, 'sluice')).toHaveLength(1);
      ci.expect(heir).shows('success');
      await ci.expectNothingElse();
    },
    asApp,
  );

  scenario(
    'S9.2 and is one run, too, when the process died as it made it for another pull request',
    async (ci) => {
      const pr = ci.openPr();
      const heir = openSharing(ci, pr);
      const { source } = ci.github.pull(pr);
      const pushAndDie = (): void => {
        ci.push(pr);
        ci.object.restart();
      };
      ci.meanwhile(calling('github.postCheck'), pushAndDie, 'after');
      await ci.letBatchesPass();
      expect(runsOn(ci.github.view, source.sha, APP, 'sluice')).toHaveLength(1);
      ci.expect(heir).shows('success');
      await ci.expectNothingElse();
    },
    asApp,
  );

  scenario(
    'S7.9 and the commit that lands has one of its own, also when its answer is lost',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      const tested = ci.github.testRef('main', pr);
      ci.failOnce(
        ({ name, args }) => name === 'github.postCheck' && args[0] === tested,
        answerLost,
      );
      await ci.letBatchesPass();
      await ci.advance(1);
      ci.expect(pr).landed();
      const head = ci.github.branch('main');
      expect(runsOn(ci.github.view, head, APP, 'sluice')).toHaveLength(1);
      expect(checkShown(ci.github.view, head, ci.object.config)).toMatchObject({
        state: 'success',
      });
      await ci.expectNothingElse();
    },
    asApp,
  );
});

describe('S6.7 buttons on a check', () => {
  const asked: readonly [string, (ci: Scenario, run: WorldRun) => void, string][] = [
    ['Re-run', (ci, run) => press(ci.github, run, 'retry'), 'a retry was asked for'],
    [
      'Tactical re-run',
      (ci, run) => press(ci.github, run, 'tactical_retry'),
      'a retry of what has not passed was asked for',
    ],
    ['GitHub’s own', (ci, run) => rerequest(ci.github, run), 'a retry was asked for'],
    ['GitHub’s own for all', (ci, run) => rerequestAll(ci.github, run), 'a retry was asked for'],
  ];
  for (const [button, happen, why] of asked)
    scenario(
      `${button}: it is tested again, once, and another run tells of it`,
      async (ci) => {
        const pr = ci.openPr();
        await ci.settle();
        ci.batch.fails(pr);
        await ci.settle();
        ci.expect(pr).shows('failure', 'Failed in batch 1');
        const run = newest(ci, pr);
        happen(ci, run);
        happen(ci, run);
        await ci.settle();
        ci.expect(pr).testing().testedTimes(2).shows('pending', 'in batch 2');
        await ci.letBatchesPass();
        expect(runsOf(ci, pr).map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
        expect(ci.toldSoFar()).toContain(why);
        // Long after, GitHub tells of the press once more.
        if (button.endsWith('run')) happen(ci, run);
        await ci.expectNothingElse();
        ci.expect(pr).testedTimes(2);
      },
      asApp,
    );

  scenario(
    'of a commit that was replaced ask for nothing',
    async (ci) => {
      const pr = ci.openPr();
      await ci.letBatchesPass();
      const run = newest(ci, pr);
      ci.push(pr);
      await ci.letBatchesPass();
      press(ci.github, run, 'retry');
      rerequestAll(ci.github, run);
      await ci.settle();
      ci.expect(pr).testedTimes(2).shows('success');
      await ci.expectNothingElse();
    },
    asApp,
  );
});
