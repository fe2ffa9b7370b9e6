// The dirty flags of a branch as they are stored: what may be out of date, and what is to be read again.
import { z } from 'zod';

/** A counter, not a boolean: a mark that lands while a pass is awaiting survives that pass. */
export const Flag = z.object({ marked: z.number().int(), settled: z.number().int() }).readonly();
export type Flag = z.infer<typeof Flag>;

/**
 * A flag that also counts what is to be read again: everything, or single things by their number, which are pull
 * requests or batches. A value is the `marked` count at which it was last asked for.
 */
export const ScopedFlag = z
  .object({
    marked: z.number().int(),
    settled: z.number().int(),
    everything: z.number().int(),
    single: z.record(z.coerce.number(), z.number().int()).readonly(),
  })
  .readonly();
export type ScopedFlag = z.infer<typeof ScopedFlag>;

export const Flags = z.object({ github: ScopedFlag, batch: ScopedFlag, state: Flag }).readonly();
export type Flags = z.infer<typeof Flags>;
