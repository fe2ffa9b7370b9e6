// What a branch remembers of what it said and did on a pull request for the people there.
import { z } from 'zod';

/** Who was chosen for `#assign team`; `words` are GitHub's where it refused. */
export const ChosenReviewer = z
  .object({
    team: z.string(),
    login: z.string(),
    state: z.enum(['chosen', 'asked', 'refused']),
    words: z.string().nullable(),
  })
  .readonly();

/**
 * About its authorization; `words` is the digest of what it says. Without an id it may be there or not; without words it
 * may say anything: a call to say it has begun, and no answer has told of its end.
 */
export const OurComment = z
  .object({ id: z.number().int().nullable(), words: z.string().nullable() })
  .readonly();

/** All of it on one pull request. */
export const Said = z
  .object({
    reviewer: ChosenReviewer.nullable().default(null),
    comment: OurComment.nullable().default(null),
  })
  .readonly();
export type Said = z.infer<typeof Said>;
