// What GitHub's answers say of its limits.
import { z } from 'zod';

/** The headers by which any answer tells what is left; their values are text. */
export const RateLimitHeaders = z.object({
  limit: z.coerce.number().int().positive(),
  used: z.coerce.number().int().nonnegative(),
  /** Absent is null, which must not be taken for 0. */
  remaining: z.string().regex(/^\d+$/).transform(Number),
  /** Seconds since 1970, at most those that a date can show. */
  reset: z.coerce.number().int().positive().max(8.64e12),
  resource: z.enum(['core', 'graphql']),
});
