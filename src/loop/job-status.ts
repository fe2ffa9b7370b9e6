// Jobs as they were submitted and as Batch lists them -> what the API says of them.
import type { JobRead, JobState, PlannedJob } from '../../schemas/batch-jobs.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { JobStatus, JobsStatus } from '../../schemas/job-status.ts';
import { batchUrl } from '../core/check.ts';
import type { BranchConfig } from '../core/config.ts';

/** Everything that is known of a batch's jobs now. */
export interface KnownJobs {
  /** None after lost storage. */
  readonly planned: readonly PlannedJob[];
  readonly read: readonly JobRead[];
  /** Milliseconds since the epoch; null: never. */
  readonly readAt: number | null;
  readonly problem: string | null;
}

const ENDS: readonly JobState[] = ['Success', 'Failed', 'Error', 'Cancelled'];

/** Nothing will change any more. */
export const areOver = ({ planned, read }: Pick<KnownJobs, 'planned' | 'read'>): boolean =>
  read.length > 0 &&
  read.length >= planned.length &&
  read.every(({ state }) => ENDS.includes(state));

export function jobsStatus(batch: BatchId, known: KnownJobs, config: BranchConfig): JobsStatus {
  return {
    batch_id: batch,
    batch_url: batchUrl(config, batch),
    jobs: jobStatuses(batch, known, config),
    read_at: known.readAt === null ? null : new Date(known.readAt).toISOString(),
    problem: known.problem,
  };
}

function jobStatuses(batch: BatchId, known: KnownJobs, config: BranchConfig): JobStatus[] {
  const planned = new Map(known.planned.map((job) => [job.job, job]));
  const read = new Map(known.read.map((job) => [job.job, job]));
  const ids = [...new Set([...planned.keys(), ...read.keys()])].toSorted((a, b) => a - b);
  return ids.map((job) => ({
    job_id: job,
    name: planned.get(job)?.name ?? read.get(job)?.name ?? `job ${job}`,
    state: read.get(job)?.state ?? null,
    parent_ids: [...(planned.get(job)?.parents ?? [])],
    duration: read.get(job)?.durationMs ?? null,
    exit_code: read.get(job)?.exitCode ?? null,
    url: `${batchUrl(config, batch)}/jobs/${job}`,
    log_url: `${config.batchUrl}/api/v1alpha/batches/${batch}/jobs/${job}/log/main`,
  }));
}
