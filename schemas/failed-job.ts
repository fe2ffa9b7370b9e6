// A job of a batch that failed, as people see it: which, how, and the end of what it printed.
import { z } from 'zod';

export const FailedJob = z
  .object({
    job: z.number().int(),
    name: z.string(),
    /** Batch's word: `Failed` when it ended with another exit code than 0, `Error` when it could not run. */
    state: z.enum(['Failed', 'Error']),
    exitCode: z.number().int().nullable(),
    durationMs: z.number().nullable(),
    /** Why it could not run, such as `timed out`. */
    reason: z.string().nullable(),
    /** The last lines of its log, bounded; null when it has none, or it could not be read. */
    log: z.string().nullable(),
  })
  .readonly();
export type FailedJob = z.infer<typeof FailedJob>;
