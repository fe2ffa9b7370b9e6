// A freeze of a branch, as it is remembered: why, by whom, and until when nothing lands or is deployed.
import { z } from 'zod';
import { Instant } from './ids.ts';

export const Freeze = z
  .object({
    reason: z.string(),
    by: z.string(),
    since: Instant,
    /** It ends by itself then; null: when somebody says so. */
    until: Instant.nullable().default(null),
  })
  .readonly();
export type Freeze = z.infer<typeof Freeze>;
