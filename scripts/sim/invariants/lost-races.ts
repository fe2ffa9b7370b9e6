// Merges by GitHub that turned out as something that was not tested: somebody pushed to the branch, or retargeted the pull
// request, between the last look and the merge. Judged from the world alone.
import type { Sha } from '../../../schemas/ids.ts';
import type { Resident, Scene } from '../run/scene.ts';
import { isAsTested, landedSource, movesOf } from '../world/landing-call.ts';
import { orderOf } from '../world/order-call.ts';
import type { CallInvariant } from './call-invariants.ts';

export const raceInvariants: readonly CallInvariant[] = [
  {
    name: 'nothing lands on a lost race',
    sentence:
      'After a merge by GitHub turned out as untested, nothing lands before somebody was told of it, and a person has let it go on; unless the storage was lost.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      if (!movesOf(call, town) || town.object.memoriesLost > 0) return null;
      const lost = lostRaces(sim, town).find((sha) => !isTold(sim, sha));
      if (lost !== undefined) return `nobody was told of ${lost}`;
      return town.state.frozen ? `it is frozen: ${town.state.frozen.reason}` : null;
    },
  },
  {
    name: 'a lost race is not deployed',
    sentence:
      'What GitHub merged unlike what was tested, or elsewhere, is not deployed before somebody was told of it; unless the storage was lost.',
    at: 'sent',
    check: ({ sim, town, call }) => {
      const purpose = orderOf(call)?.purpose;
      if (purpose?.kind !== 'deploy' || town.object.memoriesLost > 0) return null;
      const { sha } = purpose;
      const isLost = [...lostRaces(sim, town), ...overtaken(sim, town)].includes(sha);
      return isLost && !isTold(sim, sha) ? `${sha} was to be deployed` : null;
    },
  },
];

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
 * Commits that GitHub, asked for this branch, merged elsewhere than where the branch was seen: what was tested may land so, and
 * the branch freezes all the same. It was set back, in the moment of the merge, to a commit on which the same had passed before,
 * of which nobody need remember; or the pull request was retargeted in that moment, to a branch that is at the same commit.
 */
export const overtaken = ({ github, looks }: Scene, town: Resident): Sha[] =>
  github.landings
    .filter(({ sha, branch }) => {
      const [parent] = github.graph.get(sha).parents;
      const asked = looks.askedMerge(sha);
      const isOurs = asked?.by === town.index;
      return isOurs && (asked.seen !== parent || branch !== town.config.branch);
    })
    .map(({ sha }) => sha);

export const isTold = ({ alerts }: Scene, sha: Sha): boolean =>
  alerts.some(({ cause }) => cause === `mismatch ${sha}`);
