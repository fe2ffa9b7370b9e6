// Whether a batch proves anything (S6.11). Batch reports a batch whose jobs were refused, or whose
// submission died half-way, as complete and successful; only the number of jobs tells.
import type { BatchStatus } from './observation.ts';

/** The counters of a batch, as Batch reports them. */
export interface BatchCounters {
  readonly state: string;
  readonly complete: boolean;
  readonly n_jobs: number;
  readonly n_failed: number;
  readonly n_cancelled: number;
  readonly n_succeeded: number;
}

/** @param submitted how many jobs we submitted, from the batch's own attributes */
export function judgeBatch(batch: BatchCounters, submitted: number): BatchStatus {
  if (batch.n_jobs === 0) return { kind: 'hollow' };
  if (batch.state === 'cancelled') return { kind: 'cancelled' };
  if (!batch.complete) return { kind: 'running' };
  if (batch.n_jobs !== submitted)
    return {
      kind: 'failed',
      failure: `the batch has ${batch.n_jobs} jobs, but ${submitted} were submitted`,
    };
  if (batch.state === 'success' && batch.n_succeeded === submitted) return { kind: 'passed' };
  return { kind: 'failed', failure: `${batch.n_failed} of ${jobs(batch.n_jobs)} failed` };
}

const jobs = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`);
