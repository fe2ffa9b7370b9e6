// A landing that happened, as the branch remembers it.
import { z } from 'zod';
import { landingFields } from './action.ts';
import { Instant, Sha } from './ids.ts';

const LandingRow = z.object({
  ...landingFields,
  title: z.string(),
  author: z.string(),
  labels: z.array(z.string()).readonly().default([]),
  /** What the branch was moved to: the tested commit itself, unless GitHub made another of it. */
  landedSha: Sha,
  at: Instant,
  /** The branch was read back and holds what was tested. */
  verified: z.boolean(),
  /** GitHub does not see that it is merged, so that we close it. */
  toClose: z.boolean(),
  /** null: by nobody but GitHub, which never opens again what it has merged. A row that says nothing is long over. */
  closedAt: Instant.nullable().default(0),
});
/** A landing that happened. A row that says no more landed as the tested commit itself. */
export const Landing = z
  .preprocess(
    (row) =>
      typeof row === 'object' && row !== null && 'testedSha' in row
        ? { landedSha: row.testedSha, ...row }
        : row,
    LandingRow,
  )
  .readonly();
export type Landing = z.infer<typeof Landing>;
