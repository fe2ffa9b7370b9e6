// The parts of Batch's answers that we read; unknown fields pass.
import { z } from 'zod';
import { BatchId } from './ids.ts';

export const BatchAnswer = z.object({
  id: BatchId,
  state: z.string(),
  complete: z.boolean(),
  n_jobs: z.number().int(),
  n_completed: z.number().int(),
  n_succeeded: z.number().int(),
  n_failed: z.number().int(),
  n_cancelled: z.number().int(),
  /** In RFC 3339. */
  time_created: z.string().nullish(),
  time_completed: z.string().nullish(),
  /** absent when empty */
  attributes: z.record(z.string(), z.string()).optional(),
});
export type BatchAnswer = z.infer<typeof BatchAnswer>;

export const BatchList = z.object({
  batches: z.array(BatchAnswer),
  /** Present when there are more, with smaller ids. */
  last_batch_id: z.number().int().optional(),
});

export const CreatedBatch = z.object({ id: BatchId });
/** A batch with the update that its jobs are to be put into. */
export const CreatedUpdate = z.object({ id: BatchId, update_id: z.number().int() });

/** One page of a batch's jobs. */
export const JobList = z.object({
  jobs: z.array(
    z.object({
      job_id: z.number().int(),
      name: z.string().nullish(),
      state: z.string(),
      exit_code: z.number().int().nullish(),
      /** In milliseconds. */
      duration: z.number().nullish(),
    }),
  ),
});

/** One job, as far as it says why it could not run. */
export const JobAnswer = z.object({
  status: z
    .object({
      error: z.string().nullish(),
      container_statuses: z
        .record(z.string(), z.object({ short_error: z.string().nullish() }).nullable())
        .nullish(),
    })
    .nullish(),
});
