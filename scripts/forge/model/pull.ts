// Pull requests, with what people say about them.

import { z } from 'zod';
import { instant, login, sha } from './common.ts';

export const reviewSchema = z.object({
  id: z.number(),
  author: login,
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED']),
  body: z.string(),
  commit: sha,
  submittedAt: instant,
});
export type Review = z.infer<typeof reviewSchema>;

export const commentSchema = z.object({
  id: z.number(),
  author: login,
  body: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Comment = z.infer<typeof commentSchema>;

export const pullStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('closed'), at: instant }),
  z.object({ kind: z.literal('merged'), at: instant, by: login, commit: sha }),
]);
export type PullState = z.infer<typeof pullStateSchema>;

/** GitHub's own merge of head and base, as it was when it was last tried. */
const testMergeSchema = z.object({
  base: sha,
  head: sha,
  mergeBase: sha.nullable(),
  at: instant,
  /** null: they conflict. */
  commit: sha.nullable(),
});
export type TestMerge = z.infer<typeof testMergeSchema>;

export const pullSchema = z.object({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  author: login,
  draft: z.boolean(),
  state: pullStateSchema,
  /** `repo` is the full name of the repository that holds the branch; null once a fork is gone. */
  head: z.object({
    repo: z.string().nullable(),
    ref: z.string(),
    sha,
    movedAt: instant.default(''),
  }),
  /** `sha` is where the base was when the head last moved, not where it is now. */
  base: z.object({ ref: z.string(), sha }),
  labels: z.array(z.string()),
  assignees: z.array(login),
  reviewers: z.array(login),
  /** Slugs of the owner's teams. */
  teams: z.array(z.string()).default([]),
  reviews: z.array(reviewSchema),
  comments: z.array(commentSchema),
  testMerge: testMergeSchema.nullable().default(null),
  createdAt: instant,
  updatedAt: instant,
});
export type Pull = z.infer<typeof pullSchema>;
