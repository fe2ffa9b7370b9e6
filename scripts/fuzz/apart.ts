// Fuzzes a door in another thread and watches it: an input that never comes to an end, whether it waits or never stops,
// is told like whatever else was found, and so is one that ends the thread.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Found, Limits, Run } from './fuzz.ts';
import type { Job, Told } from './thread.ts';
import { Trying } from './trying.ts';

const THREAD = join(import.meta.dirname, 'thread.ts');
const OUR_DOORS = join(import.meta.dirname, 'doors.ts');
/** What takes longer takes for ever. */
const WAIT_MAX_MS = 60_000;
/** Looks that see the same input: time alone goes by while the machine sleeps, too. */
const LOOKS = 20;

interface Apart {
  readonly door: string;
  readonly limits: Limits;
  /** The module that has the doors; ours unless told. */
  readonly doors?: string;
  /** For one input; a minute unless told. */
  readonly waitMaxMs?: number;
}

/** @returns null: it had to be given up, and what was found last says why */
export function fuzzApart(
  { door, limits, doors = OUR_DOORS, waitMaxMs = WAIT_MAX_MS }: Apart,
  onFound: (found: Found) => void,
): Promise<Run | null> {
  const trying = new Trying();
  const job: Job = { door, doors, limits, memory: trying.memory };
  const thread = new Worker(THREAD, { workerData: job });
  const { promise, resolve, reject } = Promise.withResolvers<Run | null>();
  const giveUp = (problem: string): void => {
    onFound({ input: trying.input, problem });
    resolve(null);
  };
  thread.on('message', (told: Told) =>
    told.kind === 'found' ? onFound(told.found) : resolve(told.run),
  );
  thread.on('error', (error) =>
    trying.count === 0 ? reject(error) : giveUp(`it ended its thread: ${error.stack ?? error}`),
  );
  let [count, looks] = [0, 0];
  const watch = setInterval(() => {
    looks = trying.count === count ? looks + 1 : 0;
    count = trying.count;
    if (count > 0 && looks === LOOKS) giveUp('it never came to an end');
  }, waitMaxMs / LOOKS);
  return promise.finally(() => {
    clearInterval(watch);
    return thread.terminate();
  });
}
