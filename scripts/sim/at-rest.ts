// What is compared when nothing should change any more.
import { mayBeTested, obstacle, openPulls, ownersOf } from './oracle.ts';
import type { Simulation } from './simulation.ts';
import type { Town } from './town.ts';

const PULLS_PER_PAGE = 25;

/**
 * The checks on the branch's open pull requests, as text. Left out are those that cannot be tested now:
 * that they once could, or that a person asked to try again, no batch may remember.
 */
export const checksShown = (sim: Simulation, town: Town): string =>
  JSON.stringify(
    ownersOf(openPulls(sim, town))
      .filter((pull) => mayBeTested(pull, town) && obstacle(sim, pull, town) === null)
      .map(({ source }) => sim.github.view.checks[`${source.sha} ${town.config.checkName}`]),
  );

/** Rules, pages of pull requests, and Batch's list, at most twice in the time that is looked at. */
export const callsOfQuietPoll = (sim: Simulation): number =>
  2 * (2 + Math.ceil((Object.keys(sim.github.view.pulls).length + 1) / PULLS_PER_PAGE));

/** A batch that somebody deleted cannot be remembered by asking Batch. */
export const hasLostBatches = ({ batch }: Simulation, { config }: Town): boolean =>
  batch.all.some(
    ({ deleted, attributes }) => deleted && attributes['target_branch'] === config.name,
  );
