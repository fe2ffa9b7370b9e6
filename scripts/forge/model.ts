// What the forge remembers, as data: accounts, repositories, pull requests, reviews, statuses, rules.
// One zod schema per noun, so that state.json is parsed by the very definition that types the code.
// Commits, trees and refs are not here: they live in the bare repositories. No behaviour in this file.

import { z } from 'zod';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const login = z.string();
const instant = z.string();

export const accountSchema = z.object({
  id: z.number(),
  login,
  name: z.string().nullable(),
  kind: z.enum(['User', 'Organization']),
  admin: z.boolean(),
});
export type Account = z.infer<typeof accountSchema>;

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

export const statusSchema = z.object({
  id: z.number(),
  context: z.string(),
  state: z.enum(['error', 'failure', 'pending', 'success']),
  description: z.string().nullable(),
  targetUrl: z.string().nullable(),
  creator: login,
  createdAt: instant,
});
export type Status = z.infer<typeof statusSchema>;

export const pullStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('closed'), at: instant }),
  z.object({ kind: z.literal('merged'), at: instant, by: login, commit: sha }),
]);
export type PullState = z.infer<typeof pullStateSchema>;

export const pullSchema = z.object({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  author: login,
  draft: z.boolean(),
  state: pullStateSchema,
  /** `repo` is the full name of the repository that holds the branch; null once a fork is gone. */
  head: z.object({ repo: z.string().nullable(), ref: z.string(), sha }),
  /** `sha` is where the base was when the head last moved, not where it is now. */
  base: z.object({ ref: z.string(), sha }),
  labels: z.array(z.string()),
  assignees: z.array(login),
  reviewers: z.array(login),
  reviews: z.array(reviewSchema),
  comments: z.array(commentSchema),
  createdAt: instant,
  updatedAt: instant,
});
export type Pull = z.infer<typeof pullSchema>;

/** What a branch asks for before it moves. `kind` decides the wording and where it is readable. */
export const rulesSchema = z.strictObject({
  kind: z.enum(['ruleset', 'protection']).default('ruleset'),
  required_status_checks: z
    .array(z.object({ context: z.string(), integration_id: z.number().nullable().default(null) }))
    .default([]),
  required_approving_review_count: z.number().int().min(0).nullable().default(null),
  non_fast_forward: z.boolean().default(false),
  /** Logins to whom none of this applies. */
  bypass: z.array(login).default([]),
});
export type Rules = z.infer<typeof rulesSchema>;

export const repositorySchema = z.object({
  id: z.number(),
  owner: login,
  name: z.string(),
  defaultBranch: z.string(),
  /** Full name of the repository this one was forked from. */
  parent: z.string().nullable(),
  writers: z.array(login),
  lastNumber: z.number(),
  pulls: z.array(pullSchema),
  /** By commit SHA, oldest first. */
  statuses: z.record(z.string(), z.array(statusSchema)),
  /** By branch name. */
  rules: z.record(z.string(), rulesSchema),
  createdAt: instant,
  pushedAt: instant,
});
export type RepositoryRecord = z.infer<typeof repositorySchema>;

export const stateSchema = z.object({
  version: z.literal(1),
  lastId: z.number(),
  accounts: z.array(accountSchema),
  repositories: z.array(repositorySchema),
});
export type State = z.infer<typeof stateSchema>;

export const fullName = (record: { owner: string; name: string }): string =>
  `${record.owner}/${record.name}`;
