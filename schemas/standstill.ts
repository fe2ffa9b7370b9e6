// What a branch remembers so that people are told when something is wrong: alerts on their way, and who waits since when.
import { z } from 'zod';
import { PendingAlert } from './alert.ts';
import { Instant } from './ids.ts';

/** Since when nothing has moved while somebody waits. */
export const Standstill = z
  .object({
    /** Digest of all that can move. */
    of: z.string(),
    since: Instant,
    told: z.boolean(),
  })
  .readonly();

export const watchFields = {
  /** What some channel has not been told yet. */
  alerts: z.array(PendingAlert).readonly(),
  /** Since when each pull request waits for nobody but us: its turn, its test, its landing. */
  waiting: z.record(z.coerce.number(), Instant).readonly().default({}),
  standstill: Standstill.nullable().default(null),
};
