// What a branch remembers of its looks for webhooks that did not arrive.
import { z } from 'zod';
import { Instant } from './ids.ts';

/** The last look for webhooks that did not arrive. */
export const Sweep = z
  .object({
    at: Instant,
    nextAt: Instant,
    redelivered: z.number().int(),
    /** Events that were asked for again, by their GUID with when they had failed; as long as a sweep may meet them. */
    asked: z.record(z.string(), Instant).readonly().default({}),
    /** Why nobody may look. */
    problem: z.string().nullable(),
  })
  .readonly();
