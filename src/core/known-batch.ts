// What is known of a batch, be it a test or a deploy, beside what Batch says of it.
import type { Build, Deploy } from '../../schemas/state.ts';
import type { BatchObservation } from './observation.ts';

/** It was deleted, or has none of its jobs: it will never give a result. */
export const isNoBatch = (batch: number, seen: BatchObservation): boolean =>
  seen.missing.includes(batch) ||
  seen.batches.some(({ id, status }) => id === batch && status.kind === 'hollow');

/** Which of its jobs failed is not in Batch's list; what was read of it once stays. */
export const knowing = <T extends Build | Deploy>(listed: T, known: Build | Deploy): T =>
  listed.kind === 'failed' && known.kind === 'failed' && listed.batch === known.batch
    ? { ...listed, failedJobs: known.failedJobs }
    : listed;
