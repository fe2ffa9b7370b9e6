// The histories of many seeds on several cores: worker k of n takes every nth seed from the kth up.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Share, Told } from './seeds-worker.ts';

interface Wanted extends Pick<Share, 'first' | 'racing'> {
  readonly seeds: number;
  /** How many at once. */
  readonly jobs: number;
}

/**
 * @param hear of each seed that was run, in whatever order they come to an end
 * @param signal ends the run early
 */
export async function runSideBySide(
  { first, seeds, jobs, racing }: Wanted,
  hear: (told: Told) => void,
  signal: AbortSignal,
): Promise<void> {
  const run = async (first: number): Promise<void> => {
    const share: Share = { first, end, step: jobs, racing };
    const worker = new Worker(new URL('seeds-worker.ts', import.meta.url), { workerData: share });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', hear);
    await once(worker, 'exit');
  };
  const end = first + seeds;
  await Promise.all(Array.from({ length: jobs }, (_, index) => run(first + index)));
}
