// Merges by GitHub that turned out as something that was not tested: somebody pushed to the branch between the last look and
// the merge. Judged from the world alone.
import type { Sha } from '../../../schemas/ids.ts';
import type { Resident, Scene } from '../run/scene.ts';
import { isAsTested, landedSource } from '../world/landing-call.ts';

/** Commits that landed what was tested for the branch, and that are not what any batch has passed on. */
export function lostRaces({ github, batch }: Scene, { config }: Resident): Sha[] {
  const lost = github.landings.filter((landing) => {
    const { pr, sha } = landing;
    const sourceSha = landedSource({ batch }, landing);
    // One that was retargeted may have passed for two branches.
    const passed = batch.tests(pr).flatMap(({ purpose, attributes, counters, submitted }) => {
      const isOfIt = purpose.kind === 'test' && purpose.sourceSha === sourceSha;
      const branch = attributes['target_branch'];
      return isOfIt && counters.n_succeeded === submitted ? [{ purpose, branch }] : [];
    });
    return (
      passed.some(({ branch }) => branch === config.name) &&
      !passed.some(({ purpose }) => isAsTested({ github }, sha, purpose))
    );
  });
  return lost.map(({ sha }) => sha);
}

/**
 * Commits that GitHub merged elsewhere than where the branch was seen. Such a race is not lost when it was set back, in the
 * moment of the merge, to a commit on which the same had passed before; but whoever landed the later test has not compared with
 * that one, which nobody need remember, and freezes.
 */
export const overtaken = ({ github, looks }: Scene, town: Resident): Sha[] =>
  github.landings
    .filter(({ pr, sha }) => {
      const [parent] = github.graph.get(sha).parents;
      return looks.mergedOn(town, pr).some((seen) => seen !== parent);
    })
    .map(({ sha }) => sha);

export const isTold = ({ alerts }: Scene, sha: Sha): boolean =>
  alerts.some(({ cause }) => cause === `mismatch ${sha}`);
