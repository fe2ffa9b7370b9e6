// How often somebody pushed between a test and its landing in a history, and what came of it.
import { isTold, lostRaces } from '../invariants/lost-races.ts';
import type { Simulation } from './simulation.ts';

export interface Races {
  readonly pushes: number;
  readonly landings: number;
  /** Merges by GitHub of what had not been tested so, of which somebody was told. */
  readonly untested_and_told: number;
}

export const NO_RACES: Races = { pushes: 0, landings: 0, untested_and_told: 0 };

export function racesOf(sim: Simulation): Races {
  const lost = sim.towns.flatMap((town) => lostRaces(sim, town));
  return {
    pushes: sim.towns.reduce((sum, town) => sum + town.races, 0),
    landings: sim.github.landings.length,
    untested_and_told: lost.filter((sha) => isTold(sim, sha)).length,
  };
}

export const sumOf = (a: Races, b: Races): Races => ({
  pushes: a.pushes + b.pushes,
  landings: a.landings + b.landings,
  untested_and_told: a.untested_and_told + b.untested_and_told,
});
