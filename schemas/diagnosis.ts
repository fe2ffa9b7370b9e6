// What a look at GitHub found: may we do there what we do, and what is to be mended.
import { z } from 'zod';
import { Instant } from './ids.ts';

/**
 * - `warning`: Sluice works with it, only not as well as it could.
 * - `unknown`: it could not be looked at, which is no fault by itself.
 */
const TROUBLES = ['warning', 'unknown', 'fault'] as const;

const Found = z.object({
  /** A branch, a repository, a secret. */
  what: z.string(),
  text: z.string(),
  /** In a sentence, with the address where. */
  todo: z.string().optional(),
});
export const Finding = Found.extend({ mark: z.enum(['ok', ...TROUBLES]) }).readonly();
export type Finding = z.infer<typeof Finding>;

export const Trouble = Found.extend({ mark: z.enum(TROUBLES) }).readonly();
export type Trouble = z.infer<typeof Trouble>;

/** The last look of a branch; all that it found but what is well. */
export const Diagnosis = z
  .object({
    /** null: it was tried, and GitHub did not answer. */
    at: Instant.nullable(),
    nextAt: Instant,
    /** Digest of the settings and of the version that looked: others look anew. */
    of: z.string(),
    troubles: z.array(Trouble).readonly(),
  })
  .readonly();
export type Diagnosis = z.infer<typeof Diagnosis>;
