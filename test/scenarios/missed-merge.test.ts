// S7.2: a pull request that has landed by a merge, and of which GitHub does not notice that it is merged.
import { describe, expect } from 'vitest';
import { READ_LAG_MS } from '../../src/core/read-lag.ts';
import { scenario } from '../support/scenario.ts';

const MERGE = { mergeMethod: 'merge' } as const;

describe('S7.2 GitHub does not notice a merge', () => {
  scenario(
    'the pull request is closed with one comment, but not before reads have caught up',
    async (ci) => {
      ci.github.missesMerges = true;
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      await ci.advance(READ_LAG_MS / 60_000 - 0.1);
      expect(ci.github.landings.map((landing) => landing.pr)).toEqual([pr]);
      expect(ci.github.pull(pr)).toMatchObject({ state: 'open', comments: [] });
      await ci.poll();
      ci.expect(pr).landed().testedTimes(1);
      expect(ci.github.pull(pr)).toMatchObject({
        state: 'closed',
        comments: [{ body: expect.stringContaining(`Landed on main as ${ci.main}`) }],
      });
      await ci.poll();
      expect(ci.callsOf('github.closePull')).toHaveLength(1);
      await ci.expectNothingElse();
    },
    MERGE,
  );

  scenario(
    'it is one again when a person opens it again',
    async (ci) => {
      ci.github.missesMerges = true;
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      await ci.poll();
      ci.expect(pr).landed();
      await ci.advance(2);
      ci.github.changePull(pr, { state: 'open' }, 'reopened');
      await ci.settle();
      ci.expect(pr).shows('failure', 'It changes nothing').blockedBy('unbuildable');
      expect(ci.callsOf('github.closePull')).toHaveLength(1);
      await ci.expectNothingElse();
    },
    MERGE,
  );

  scenario(
    'it is closed, too, when everything was forgotten and somebody has pushed on top',
    async (ci) => {
      ci.github.missesMerges = true;
      const pr = ci.openPr({ approved: true });
      await ci.letBatchesPass();
      ci.github.push('main', { 'menu.txt': 'cake' });
      ci.object.loseStorage();
      await ci.settle();
      await ci.poll();
      await ci.poll();
      ci.expect(pr).landed();
      await ci.expectNothingElse();
    },
    MERGE,
  );
});
