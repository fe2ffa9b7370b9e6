// A deploy may replace the very things that carry it out. Sluice is replaced by a new version while the batch that does it
// runs; Batch goes away and comes back under its own jobs. The deploy ends known, and is started once.
import { describe, expect } from 'vitest';
import { calling, callsTo, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const deployable = { deployable: true };

/** The deploy that runs now. */
function running(ci: Scenario) {
  const [batch, ...others] = ci.batch.running.filter(({ purpose }) => purpose.kind === 'deploy');
  expect([batch !== undefined, others]).toEqual([true, []]);
  if (!batch) throw new Error('no deploy runs');
  return batch;
}

/** Known as what it became, of the branch's commit, by one batch. */
async function expectDeployed(ci: Scenario, kind: 'succeeded' | 'failed'): Promise<void> {
  expect(ci.object.state.deploy).toMatchObject({ kind, sha: ci.main });
  expect(ci.batch.deploys).toHaveLength(1);
  await ci.expectNothingElse();
  expect(ci.batch.deploys).toHaveLength(1);
}

/** The old version ends, whatever it was doing, and a new one with other settings begins. */
function newVersion(ci: Scenario): void {
  ci.object.crash();
  ci.object.restart({ ...ci.object.config, pollEveryMs: 120_000, runningTestsMax: 5 });
}

describe('S8 S2.4 Sluice is deployed by the batch that it has started', () => {
  for (const outcome of ['success', 'failure'] as const)
    scenario(
      `and the new version sees its ${outcome}, though it never heard of its end`,
      async (ci) => {
        const batch = running(ci);
        newVersion(ci);
        ci.callbacks = 'lost';
        ci.batch.finish(batch, outcome);
        await ci.poll();
        await expectDeployed(ci, outcome === 'success' ? 'succeeded' : 'failed');
        expect(ci.alerts).toHaveLength(outcome === 'success' ? 0 : 1);
      },
      deployable,
    );

  scenario(
    'and the end comes while neither version runs',
    async (ci) => {
      const batch = running(ci);
      ci.object.crash();
      ci.batch.finish(batch, 'success');
      ci.object.restart();
      await ci.poll();
      await expectDeployed(ci, 'succeeded');
    },
    deployable,
  );

  scenario(
    'and has lost all that the old one remembered',
    async (ci) => {
      const batch = running(ci);
      ci.object.loseStorage();
      await ci.settle();
      expect(ci.object.state.deploy).toMatchObject({ kind: 'running', batch: batch.id });
      ci.batch.finish(batch, 'success');
      await ci.settle();
      await expectDeployed(ci, 'succeeded');
    },
    deployable,
  );

  scenario(
    'again and again, while one deploy runs and pull requests come',
    async (ci) => {
      const batch = running(ci);
      const pr = ci.openPr({ approved: true });
      for (let versions = 0; versions < 5; versions++) {
        newVersion(ci);
        await ci.advance(3);
      }
      expect(ci.batch.deploys).toHaveLength(1);
      ci.batch.finish(batch, 'success');
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      expect(ci.batch.deploys.map(({ purpose }) => 'sha' in purpose && purpose.sha)).toEqual([
        ci.batch.deploys[0]?.purpose.kind === 'deploy' && ci.batch.deploys[0].purpose.sha,
        ci.main,
      ]);
    },
    deployable,
  );

  scenario(
    'and the old version had asked for that batch and not heard its number',
    async (ci) => {
      ci.batch.finish(running(ci), 'success');
      await ci.settle();
      ci.github.push('main', { 'menu.txt': 'cake' });
      ci.failOnce(calling('batch.create'), { when: 'after', with: 'crash' });
      await ci.settle();
      expect(ci.batch.deploys).toHaveLength(2);
      ci.batch.finish(running(ci), 'success');
      await ci.poll();
      expect(ci.object.state.deploy).toMatchObject({ kind: 'succeeded', sha: ci.main });
      expect(ci.batch.deploys).toHaveLength(2);
    },
    deployable,
  );
});

describe('S8 S9.3 Batch is deployed by jobs that run in it', () => {
  scenario(
    'and is away for half an hour, in which its jobs go on',
    async (ci) => {
      const batch = running(ci);
      ci.callbacks = 'lost';
      const back = ci.failWhen(callsTo('batch'), lostOnTheWay);
      await ci.advance(15);
      expect(ci.object.state.deploy).toMatchObject({ kind: 'running', batch: batch.id });
      ci.batch.finish(batch, 'success');
      await ci.advance(15);
      expect(ci.object.state.deploy.kind).toBe('running');
      back();
      await ci.advance(6);
      await expectDeployed(ci, 'succeeded');
    },
    deployable,
  );

  scenario(
    'and comes back with some of its batches unreadable at first',
    async (ci) => {
      const batch = running(ci);
      const back = ci.failWhen(calling('batch.get', 'batch.list'), {
        when: 'before',
        with: { kind: 'unreadable', message: 'unexpected answer at state' },
      });
      await ci.advance(10);
      expect(ci.batch.deploys).toHaveLength(1);
      back();
      ci.batch.finish(batch, 'success');
      await ci.advance(6);
      await expectDeployed(ci, 'succeeded');
    },
    deployable,
  );

  scenario(
    'and has forgotten the batch: the commit is deployed again, under the next attempt',
    async (ci) => {
      ci.batch.delete(running(ci));
      await ci.poll();
      await ci.letBatchesPass();
      expect(ci.object.state.deploy).toMatchObject({
        ...{ kind: 'succeeded', sha: ci.main, attempt: 2 },
      });
      await ci.expectNothingElse();
    },
    deployable,
  );

  scenario(
    'together with Sluice, at the same moment',
    async (ci) => {
      const batch = running(ci);
      ci.callbacks = 'lost';
      const back = ci.failWhen(callsTo('batch'), lostOnTheWay);
      newVersion(ci);
      await ci.advance(10);
      ci.batch.finish(batch, 'success');
      back();
      await ci.advance(6);
      await expectDeployed(ci, 'succeeded');
    },
    deployable,
  );
});
