// What the JSON API says of the jobs of a batch, wire spelling. The pages draw exactly this.
import { z } from 'zod';
import { JobState } from './batch-jobs.ts';

export const JobStatus = z.object({
  job_id: z.number().int(),
  name: z.string(),
  /** Batch's word; null: Batch was not asked yet, or does not know the job. */
  state: JobState.nullable(),
  /** Jobs that it waits for; none where it is not known any more. */
  parent_ids: z.array(z.number().int()),
  /** In milliseconds; of a job that runs, so far. */
  duration: z.number().nullable(),
  exit_code: z.number().int().nullable(),
  url: z.string(),
  log_url: z.string(),
});
export type JobStatus = z.infer<typeof JobStatus>;

export const JobsStatus = z.object({
  batch_id: z.number().int(),
  batch_url: z.string(),
  jobs: z.array(JobStatus),
  /** Of the states; null: Batch was never asked. */
  read_at: z.iso.datetime().nullable(),
  /** Why they are no newer. */
  problem: z.string().nullable(),
});
export type JobsStatus = z.infer<typeof JobsStatus>;
