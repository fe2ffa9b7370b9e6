// What is done to a world at rest, one after the other, and what must not come of it.

import { drawn } from '../history/fates.ts';
import { hashOf } from '../history/hash.ts';
import { otherVersions } from '../history/other-versions.ts';
import { createPrng, shuffled } from '../history/prng.ts';
import { comeToRest, isAtRest, pollMinutes, writesSince } from '../run/rest.ts';
import type { Simulation } from '../run/simulation.ts';
import type { Town } from '../run/town.ts';
import type { BatchWorld } from '../world/batch-world.ts';
import { checkShown } from '../world/check-runs.ts';
import type { WorldPull } from '../world/github-world.ts';
import type { Invariant } from './invariant.ts';
import { landsOnWhatIsKept } from './kept-for-landings.ts';
import {
  mayBeTested,
  obstacle,
  openPulls,
  ownersOf,
  verdictById,
  verdictOf,
  verdictOnHead,
} from './oracle.ts';

export interface Upheaval extends Invariant {
  /** @returns what came of it, or null */
  readonly happen: (sim: Simulation) => Promise<string | null>;
}

export const upheavals: readonly Upheaval[] = [
  {
    name: 'replayed mail changes nothing',
    sentence:
      'At rest every webhook and callback may come again, in another order, and nothing is written.',
    happen: async (sim) => {
      const before = sim.towns.map(({ calls }) => calls.length);
      const prng = createPrng(hashOf(`${sim.history.seed} replay`));
      for (const town of sim.towns) {
        for (const mark of shuffled(town.mail.sent, prng)) town.hear(mark);
        for (const command of town.pressed)
          if ('words' in command && command.words !== null) town.command(command);
      }
      await sim.run(pollMinutes(sim), () => isAtRest(sim));
      return writesSince(sim, before)[0] ?? null;
    },
  },
  {
    name: 'lost storage changes nothing',
    sentence:
      'At rest the storage may be lost, or be of another version: nothing lands, no batch is started, and the same checks are shown.',
    happen: async (sim) => {
      const { github, batch, towns } = sim;
      const [landed, started] = [github.landings.length, startedBatches(batch)];
      const shown = towns.map((town) => checksShown(sim, town));
      const isClear = !towns.some(
        (town) =>
          openPulls(sim, town).some((pull) => hasTwoTruths(sim, pull, town)) ||
          hasTwoDeploys(sim, town),
      );
      const left = drawn(sim.history.seed, 'left', [undefined, ...Object.values(otherVersions)]);
      for (const town of towns) forget(town, left);
      await comeToRest(sim);
      // After a branch was set back, which of two tests or deploys counts is known by the order in which they were asked for.
      if (!isClear || towns.some((town) => hasLostBatches(sim, town))) return null;
      if (github.landings.length > landed) return 'something landed';
      if (startedBatches(batch) > started) return 'a batch was started';
      const other = towns.find((town, index) => checksShown(sim, town) !== shown[index]);
      return other ? `other checks on ${other.config.branch}` : null;
    },
  },
  {
    name: 'what is kept is enough to land',
    sentence:
      'At rest everything but a part of what is kept may be used up by somebody else: a pull request whose test passes then lands.',
    happen: landsOnWhatIsKept,
  },
];

/** One whose jobs were refused is no batch. */
const startedBatches = ({ all }: BatchWorld): number =>
  all.filter(({ counters }) => counters.n_jobs > 0).length;

/** What people have said is nowhere else, nor is a freeze of its own; people say it again. */
function forget(town: Town, left: Parameters<Town['loseStorage']>[0]): void {
  const told = { ...town.told, frozen: town.state.frozen !== null };
  town.loseStorage(left);
  town.tellAgain(told);
}

/**
 * The checks on the branch's open pull requests, as text. Left out are those that cannot be tested now:
 * that they once could, or that a person asked to try again, no batch may remember.
 */
const checksShown = (sim: Simulation, town: Town): string =>
  JSON.stringify(
    ownersOf(openPulls(sim, town))
      .filter((pull) => mayBeTested(pull, town) && obstacle(sim, pull, town) === null)
      .map(({ source }) => checkShown(sim.github.view, source.sha, town.config))
      .map((check) => check && [check.state, check.description]),
  );

function hasTwoTruths(sim: Simulation, pull: WorldPull, town: Town): boolean {
  const verdicts = [verdictOnHead, verdictOf, verdictById].map((of) => of(sim, pull, town));
  const batches = verdicts.flatMap((verdict) => (verdict.kind === 'none' ? [] : [verdict.batch]));
  return new Set(batches).size > 1;
}

function hasTwoDeploys({ batch }: Simulation, { config }: Town): boolean {
  const deploys = batch.deploys.filter(
    ({ attributes, counters }) =>
      attributes['target_branch'] === config.name && counters.n_jobs > 0,
  );
  const youngest = Math.max(...deploys.map(({ id }) => id));
  const latest = deploys.toSorted((a, b) => b.askedFor - a.askedFor)[0];
  return latest !== undefined && latest.id !== youngest;
}

/** A batch that somebody deleted cannot be remembered by asking Batch. */
const hasLostBatches = ({ batch }: Simulation, { config }: Town): boolean =>
  batch.all.some(
    ({ deleted, attributes }) => deleted && attributes['target_branch'] === config.name,
  );
