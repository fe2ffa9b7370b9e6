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

/** About its authorization; `words` is the digest of what it says. */
export const OurComment = z.object({ id: z.number().int(), words: z.string() }).readonly();
