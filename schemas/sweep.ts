// What a branch remembers of its looks for webhooks that did not arrive.
import { z } from 'zod';
import { Instant } from './ids.ts';

/** The last look for webhooks that did not arrive. */
export const Sweep = z
  .object({
    at: Instant,
    nextAt: Instant,
    redelivered: z.number().int(),
    /** Why nobody may look. */
    problem: z.string().nullable(),
  })
  .readonly();
