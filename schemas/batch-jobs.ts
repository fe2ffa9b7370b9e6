// The jobs of a batch, for people to look at: what was submitted, and what Batch said last of how they do.
import { z } from 'zod';

/** Batch's words. The first four are not the end of a job. */
export const JobState = z.enum([
  'Pending',
  'Ready',
  'Creating',
  'Running',
  'Success',
  'Failed',
  'Error',
  'Cancelled',
]);
export type JobState = z.infer<typeof JobState>;

/** As it was submitted; its parents are jobs of the same batch. */
export const PlannedJob = z
  .object({
    job: z.number().int(),
    name: z.string(),
    parents: z.array(z.number().int()).readonly(),
  })
  .readonly();
export type PlannedJob = z.infer<typeof PlannedJob>;

/** As Batch lists it. */
export const JobRead = z
  .object({
    job: z.number().int(),
    name: z.string(),
    state: JobState,
    exitCode: z.number().int().nullable(),
    durationMs: z.number().nullable(),
  })
  .readonly();
export type JobRead = z.infer<typeof JobRead>;
