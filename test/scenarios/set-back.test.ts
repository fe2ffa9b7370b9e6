// S7.9: somebody sets the branch back while GitHub merges, to a commit on which the same has passed before.
import { describe, expect } from 'vitest';
import { calling } from '../../scripts/sim/world/trouble.ts';
import { scenario } from '../support/scenario.ts';

describe('S7.9 a merge by GitHub on a branch that was set back', () => {
  scenario(
    'is not what was tested last, and freezes the branch',
    async (ci) => {
      const before = ci.main;
      const pr = ci.openPr();
      await ci.letBatchesPass();
      ci.github.push('main', { 'menu.txt': 'cake' });
      ci.approve(pr);
      await ci.settle();
      ci.meanwhile(calling('github.mergePull'), () => ci.github.moveBranch('main', before));
      await ci.letBatchesPass();
      ci.expect(pr).landed().testedTimes(2);
      expect(ci.github.graph.get(ci.main).parents).toEqual([before]);
      expect(ci.object.state.frozen?.reason).toContain(`${ci.main} was read back wrong`);
      expect(ci.alerts).toEqual([expect.stringContaining(`mismatch ${ci.main}`)]);
      await ci.expectNothingElse();
    },
    { landing: 'github' },
  );
});
