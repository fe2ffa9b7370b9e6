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
