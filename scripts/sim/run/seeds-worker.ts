// One worker of several: runs its share of the seeds, and says of each how it went.
import { parentPort, workerData } from 'node:worker_threads';
import { mishap, wordsOf } from './mishap.ts';
import { runSeed } from './run-seed.ts';

/** Every `step`th seed from `first` up, all below `end`. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

export interface Told {
  readonly seed: number;
  readonly breaks: boolean;
  /** Why the simulator could not tell it to its end. */
  readonly mishap: string | null;
}

async function tell(seed: number): Promise<Told> {
  try {
    return { seed, breaks: (await runSeed(seed)) !== null, mishap: null };
  } catch (error) {
    return { seed, breaks: true, mishap: `${mishap.name}: ${wordsOf(error)}` };
  }
}

const { first, end, step }: Share = workerData;
for (let seed = first; seed < end; seed += step) parentPort?.postMessage(await tell(seed));
