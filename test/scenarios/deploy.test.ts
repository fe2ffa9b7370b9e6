// S8: the branch's newest commit is deployed, one deploy at a time.
import { describe, expect } from 'vitest';
import { type Scenario, scenario } from '../support/scenario.ts';

const deployable = { deployable: true };

const deployed = (ci: Scenario): unknown[] =>
  ci.batch.deploys.map(({ purpose }) => purpose.kind === 'deploy' && purpose.sha);

/** Until none runs; tests go on. */
async function letDeploysPass(ci: Scenario): Promise<void> {
  for (;;) {
    const running = ci.batch.running.filter(({ purpose }) => purpose.kind === 'deploy');
    if (running.length === 0) return;
    for (const batch of running) ci.batch.finish(batch, 'success');
    await ci.settle();
  }
}

describe('S8 deploying', () => {
  scenario(
    'S8.1 every landing is deployed',
    async (ci) => {
      const start = ci.main;
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      expect(deployed(ci)).toEqual([start, ci.main]);
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S8.2 one at a time; then the newest, not those between',
    async (ci) => {
      const start = ci.main;
      ci.github.push('main', { 'menu.txt': 'cake' });
      await ci.settle();
      ci.github.push('main', { 'menu.txt': 'pie' });
      await ci.settle();
      expect(deployed(ci)).toEqual([start]);
      await ci.passOnce();
      expect(deployed(ci)).toEqual([start, ci.main]);
      await ci.letBatchesPass();
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S8.2 reset to an older commit, the branch is deployed again',
    async (ci) => {
      const start = ci.main;
      await ci.letBatchesPass();
      const next = ci.github.push('main', { 'menu.txt': 'cake' });
      await ci.letBatchesPass();
      ci.github.moveBranch('main', start);
      await ci.letBatchesPass();
      expect(deployed(ci)).toEqual([start, next, start]);
      expect(ci.object.state.deploy).toMatchObject({ kind: 'succeeded', sha: start });
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S7.6 nothing lands while a deploy runs',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.batch.succeeds(pr);
      await ci.settle();
      ci.expect(pr).blockedBy('deploying');
      await ci.passOnce();
      ci.expect(pr).landed();
    },
    deployable,
  );

  scenario(
    'S7.6 unless it may',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.batch.succeeds(pr);
      await ci.settle();
      ci.expect(pr).landed();
      expect(ci.batch.deploys).toHaveLength(1);
    },
    { deployable: true, mergeWhileDeploying: true },
  );

  scenario(
    'S7.6 nothing is deployed while frozen',
    async (ci) => {
      await ci.letBatchesPass();
      ci.object.command({ kind: 'freeze', reason: 'a fair', by: 'alice', until: null });
      ci.github.push('main', { 'menu.txt': 'cake' });
      await ci.poll();
      expect(ci.batch.deploys).toHaveLength(1);
      ci.object.command({ kind: 'unfreeze', by: 'alice' });
      await ci.letBatchesPass();
      expect(deployed(ci).at(-1)).toBe(ci.main);
    },
    deployable,
  );

  scenario(
    'S8.3 a build.yaml that cannot be compiled alerts once',
    async (ci) => {
      await ci.letBatchesPass();
      ci.github.push('main', { 'build.yaml': 'jobs: many' });
      await ci.settle();
      await ci.poll();
      expect(ci.alerts).toEqual([expect.stringContaining('build.yaml:1:1')]);
      expect(ci.batch.deploys).toHaveLength(1);
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S8.3 a deploy that fails alerts once, with what failed',
    async (ci) => {
      for (const batch of ci.batch.running) ci.batch.finish(batch, 'failure');
      await ci.settle();
      for (let polls = 0; polls < 3; polls++) await ci.poll();
      expect(ci.alerts).toEqual([
        expect.stringMatching(/failed in batch 1: 1 of 2 jobs failed: job-1$/),
      ]);
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S9.3 a deploy that was deleted is started again',
    async (ci) => {
      for (const batch of ci.batch.running) ci.batch.delete(batch);
      await ci.poll();
      expect(ci.batch.running).toHaveLength(1);
      await ci.letBatchesPass();
      expect(deployed(ci)).toEqual([ci.main, ci.main]);
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'S8.3 what cannot be deployed alerts once, whatever older deploys Batch still lists',
    async (ci) => {
      // Its batch runs on, so everything newer is read again at every look.
      ci.openPr();
      ci.github.push('main', { 'menu.txt': 'cake' });
      await ci.settle();
      await letDeploysPass(ci);
      ci.github.push('main', { 'build.yaml': 'broken' });
      await ci.settle();
      for (let polls = 0; polls < 5; polls++) await ci.poll();
      expect(ci.object.state.deploy.kind).toBe('unbuildable');
      expect(ci.alerts).toHaveLength(1);
    },
    deployable,
  );
});
