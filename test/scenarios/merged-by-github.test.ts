// S7.5, S7.9: landing mode `github`. The merge API does not ask where the branch is, so that the last look before it, and the
// look afterwards, are all that stands between what was tested and what lands.
import { describe, expect } from 'vitest';
import { answerLost, calling, lostOnTheWay } from '../../scripts/sim/world/trouble.ts';
import { READ_LAG_MS } from '../../src/core/read-lag.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const merging = calling('github.mergePull');
const lastLook = calling('github.readPulls');

/** Of which no webhook tells. */
function pushUnheard(ci: Scenario): void {
  ci.webhooks = 'lost';
  ci.github.push('main', { 'menu.txt': 'cake' });
  ci.webhooks = 'delivered';
}

describe.each(['squash', 'merge'] as const)('S7 GitHub merges by %s', (mergeMethod) => {
  const config = { landing: 'github', mergeMethod } as const;

  scenario(
    'S6.2 what was tested, with its message, and it is read back',
    async (ci) => {
      const pr = ci.openPr({ approved: true, title: 'Rye bread', body: 'As promised.' });
      await ci.settle();
      const tested = ci.github.graph.get(ci.github.testRef('main', pr) ?? ci.main);
      await ci.letBatchesPass();
      ci.expect(pr).landed().testedTimes(1);
      const { tree, parents, message } = ci.github.graph.get(ci.main);
      expect({ tree, parents }).toEqual({ tree: tested.tree, parents: tested.parents });
      expect(message).toContain('Rye bread (#1)\n\nAs promised.');
      expect(ci.object.state.landings).toMatchObject([{ landedSha: ci.main, verified: true }]);
      expect(ci.github.ownRefs).toEqual([]);
      await ci.expectNothingElse();
    },
    config,
  );

  scenario(
    'S7.5 not after a push that the last look shows, though nobody told of it',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.meanwhile(lastLook, () => pushUnheard(ci));
      ci.batch.succeeds(pr);
      await ci.settle();
      expect(ci.callsOf('github.mergePull')).toEqual([]);
      ci.expect(pr).testing({ on: ci.main }).testedTimes(2);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
    config,
  );

  scenario(
    'S7.1 not without the approval that was withdrawn just before',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.meanwhile(lastLook, () => {
        ci.webhooks = 'lost';
        ci.github.changePull(pr, { approvedBy: [] }, 'dismissed');
      });
      ci.batch.succeeds(pr);
      await ci.settle();
      expect(ci.callsOf('github.mergePull')).toEqual([]);
      ci.expect(pr).blockedBy('not_approved');
      await ci.expectNothingElse();
    },
    config,
  );

  scenario(
    'S7.5 not what was pushed to the pull request in the last moment',
    async (ci) => {
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.meanwhile(merging, () => void ci.push(pr));
      ci.batch.succeeds(pr);
      await ci.settle();
      ci.expect(pr).testing().testedTimes(2);
      await ci.letBatchesPass();
      ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
    config,
  );

  scenario(
    'S7.9 a push to the branch in the last moment freezes it, and somebody is told once',
    async (ci) => {
      await ci.letBatchesPass();
      const [a = 0, b = 0] = ci.openPrs(2, { approved: true });
      await ci.settle();
      ci.meanwhile(merging, () => pushUnheard(ci));
      ci.batch.succeeds(a);
      await ci.settle();
      expect(ci.object.state.frozen?.by).toBe('sluice');
      expect(ci.alerts).toEqual([expect.stringContaining('but it was tested on')]);
      await ci.letBatchesPass();
      await ci.poll();
      ci.expect(b).blockedBy('frozen');
      expect(ci.batch.deploys).toHaveLength(1);
      expect(ci.callsOf('github.mergePull')).toHaveLength(1);
      expect(ci.alerts).toHaveLength(1);
    },
    { ...config, deployable: true },
  );

  scenario(
    'S7.9 what went to another branch, since it was retargeted in the last moment, is told, too',
    async (ci) => {
      await ci.letBatchesPass();
      ci.github.moveBranch('stable', ci.main);
      const pr = ci.openPr({ approved: true });
      await ci.settle();
      ci.meanwhile(merging, () => {
        ci.webhooks = 'lost';
        ci.github.changePull(pr, { base: 'stable' }, 'edited');
      });
      await ci.letBatchesPass();
      await ci.advance(READ_LAG_MS / 60_000 + 1);
      await ci.poll();
      expect(ci.object.state.frozen?.reason).toContain('does not contain');
      expect(ci.alerts).toEqual([expect.stringContaining('is frozen')]);
      expect(ci.batch.deploys.map(({ runs }) => runs)).toEqual([ci.main]);
    },
    { ...config, deployable: true },
  );

  for (const [how, trouble, times] of [
    ['the call is lost on the way', lostOnTheWay, 2],
    ['the answer is lost', answerLost, 1],
  ] as const)
    scenario(
      `S6.9 once when ${how}`,
      async (ci) => {
        const pr = ci.openPr({ approved: true });
        await ci.settle();
        ci.failOnce(merging, trouble);
        await ci.letBatchesPass();
        await ci.advance(READ_LAG_MS / 60_000 + 1);
        ci.expect(pr).landed();
        expect(ci.github.landings).toHaveLength(1);
        expect(ci.callsOf('github.mergePull')).toHaveLength(times);
        expect(ci.object.state.frozen).toBeNull();
        await ci.expectNothingElse();
      },
      config,
    );
});
