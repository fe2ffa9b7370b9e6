// Why there are no jobs of a commit, as the person sees it who wrote what is wrong.
import { z } from 'zod';

/** What is wrong with one of the files that jobs are made of, and where: lines and columns count from 1. */
export const Mistake = z
  .object({
    message: z.string(),
    /** From the repository's top. */
    file: z.string(),
    /** null: not known. */
    line: z.number().int().positive().nullable(),
    column: z.number().int().positive().nullable(),
  })
  .readonly();
export type Mistake = z.infer<typeof Mistake>;

/** Why no batch can be made of a pull request on a target: the user's to mend, never retried as it is. */
export const Unbuildable = z
  .object({
    kind: z.enum(['conflict', 'nothing_to_land', 'build_yaml', 'batch_refused']),
    message: z.string(),
    /** Where in its files, as far as it has a place there. */
    mistakes: z.array(Mistake).readonly().optional(),
  })
  .readonly();
export type Unbuildable = z.infer<typeof Unbuildable>;
