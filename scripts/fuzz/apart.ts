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

/**
 * @returns null: it had to be given up, and what was found last says why
 * @throws what ended the thread before its first input
 */
export async function fuzzApart(
  { door, limits, doors = OUR_DOORS, waitMaxMs = WAIT_MAX_MS }: Apart,
  onFound: (found: Found) => void,
): Promise<Run | null> {
  const trying = new Trying();
  const job: Job = { door, doors, limits, memory: trying.memory };
  const thread = new Worker(THREAD, { workerData: job });
  let run: Run | null = null;
  let end: { readonly problem: string; readonly cause?: unknown } = {
    problem: 'it ended its thread',
  };
  thread.on('message', (told: Told) => {
    if (told.kind === 'found') return onFound(told.found);
    run = told.run;
    void thread.terminate();
  });
  thread.on('error', (cause) => {
    end = { problem: `it ended its thread: ${cause.stack ?? cause}`, cause };
  });
  let [count, looks] = [0, 0];
  const watch = setInterval(() => {
    looks = trying.count === count ? looks + 1 : 0;
    count = trying.count;
    if (count === 0 || looks < LOOKS) return;
    end = { problem: 'it never came to an end' };
    void thread.terminate();
  }, waitMaxMs / LOOKS);
  // An error may overtake what the thread said before it; its exit never does.
  await new Promise((resolve) => thread.on('exit', resolve));
  clearInterval(watch);
  if (run !== null) return run;
  if (trying.count === 0)
    throw end.cause ?? new Error(`${door}: its thread ended before its first input`);
  onFound({ input: trying.input, problem: end.problem });
  return null;
}
