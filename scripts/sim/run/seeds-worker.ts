// One worker of several: runs its share of the seeds, and says of each how it went.
import { parentPort, workerData } from 'node:worker_threads';
import { historyOf, racing } from '../history/history.ts';
import { mishap, wordsOf } from './mishap.ts';
import { NO_RACES, type Races, racesOf } from './races.ts';
import { runHistory } from './run-seed.ts';

/** Every `step`th seed from `first` up, all below `end`. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** With many a race in each history. */
  readonly racing: boolean;
}

export interface Told {
  readonly seed: number;
  readonly breaks: boolean;
  readonly races: Races;
  /** Why the simulator could not tell it to its end. */
  readonly mishap: string | null;
}

const { first, end, step, racing: isRacing }: Share = workerData;

async function tell(seed: number): Promise<Told> {
  try {
    const history = historyOf(seed);
    const sim = await runHistory(isRacing ? racing(history) : history);
    return {
      seed,
      breaks: sim.violation !== null,
      races: isRacing ? racesOf(sim) : NO_RACES,
      mishap: null,
    };
  } catch (error) {
    return { seed, breaks: true, races: NO_RACES, mishap: `${mishap.name}: ${wordsOf(error)}` };
  }
}

for (let seed = first; seed < end; seed += step) parentPort?.postMessage(await tell(seed));
