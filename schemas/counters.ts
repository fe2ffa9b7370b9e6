// What a branch has counted since its storage was made; stored beside its state, and worth nothing for what it decides.
import { z } from 'zod';

const Count = z.number().nonnegative();

export const Histogram = z
  .object({
    /** How many were at most as large as the bound of the same place, and larger than the one before. */
    counts: z.array(Count).readonly(),
    sum: Count,
  })
  .readonly();
export type Histogram = z.infer<typeof Histogram>;

export const Counters = z
  .object({
    passes: Count,
    crashes: Count,
    /** How long passes took altogether, and the last one. */
    passSeconds: Count,
    lastPassSeconds: Count,
    lastPassAt: Count,
    /** By kind. */
    events: z.record(z.string(), Count).readonly(),
    /** By API and outcome, such as `github ok`. */
    calls: z.record(z.string(), Count).readonly(),
    webhooks: z.object({ noted: Count, repeated: Count }).readonly(),
    secondsToLand: Histogram,
  })
  .readonly();
export type Counters = z.infer<typeof Counters>;
