// Something that a person should be told of: what is told, and to which channels it has been told.
import { z } from 'zod';
import { BatchId, Instant, PullNumber } from './ids.ts';

export const AlertKind = z.enum([
  'deploy_failed',
  'frozen',
  'landing_mismatch',
  'credentials',
  'standstill',
]);
export type AlertKind = z.infer<typeof AlertKind>;

const words = {
  /** Same cause, same alert: it is told once. */
  cause: z.string(),
  kind: AlertKind,
  /** For people; may hold what anybody wrote, such as the title of a pull request. */
  text: z.string(),
  at: Instant,
  pr: PullNumber.nullable(),
  batch: BatchId.nullable(),
};
export const Alert = z.object(words).readonly();
export type Alert = z.infer<typeof Alert>;

export const PendingAlert = z.object({ ...words, sent: z.array(z.string()).readonly() }).readonly();
export type PendingAlert = z.infer<typeof PendingAlert>;
