// What a branch asks for before it moves: rulesets and classic protection, as they are kept.

import { z } from 'zod';
import { instant, login } from './common.ts';

export const bypassSchema = z.object({
  actor_id: z.number().nullable().default(null),
  actor_type: z.enum(['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'User']),
  bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
});
export type Bypass = z.infer<typeof bypassSchema>;

const plain = z.object({
  type: z.enum([
    'creation',
    'deletion',
    'merge_queue',
    'non_fast_forward',
    'required_linear_history',
    'required_signatures',
    'update',
  ]),
});
const checksRuleSchema = z.object({
  type: z.literal('required_status_checks'),
  parameters: z.object({
    strict_required_status_checks_policy: z.boolean().default(false),
    required_status_checks: z.array(
      z.object({ context: z.string(), integration_id: z.number().nullish() }),
    ),
  }),
});
const pullRuleSchema = z.object({
  type: z.literal('pull_request'),
  parameters: z.object({
    required_approving_review_count: z.number().int().min(0).max(10).default(0),
    dismiss_stale_reviews_on_push: z.boolean().default(false),
    require_code_owner_review: z.boolean().default(false),
    require_last_push_approval: z.boolean().default(false),
    required_review_thread_resolution: z.boolean().default(false),
    allowed_merge_methods: z
      .array(z.enum(['merge', 'squash', 'rebase']))
      .min(1)
      .default(['merge', 'squash', 'rebase']),
  }),
});
export const ruleSchema = z.union([checksRuleSchema, pullRuleSchema, plain]);
export type Rule = z.infer<typeof ruleSchema>;

export const rulesetSchema = z.object({
  id: z.number(),
  name: z.string(),
  enforcement: z.enum(['active', 'disabled', 'evaluate']),
  /** `~DEFAULT_BRANCH`, `~ALL`, or full names of refs, with `*` and `**`. */
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  bypass: z.array(bypassSchema),
  rules: z.array(ruleSchema),
  createdAt: instant,
  updatedAt: instant,
});
export type Ruleset = z.infer<typeof rulesetSchema>;

export const protectionSchema = z.object({
  checks: z
    .object({
      strict: z.boolean(),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullable() })),
    })
    .nullable(),
  reviews: z.object({ count: z.number().int(), dismissStale: z.boolean() }).nullable(),
  enforceAdmins: z.boolean(),
  /** Who alone may push, when anybody may be named; null: everybody who may write. */
  pushers: z.array(login).nullable(),
  allowForcePushes: z.boolean(),
  allowDeletions: z.boolean(),
  requireLinearHistory: z.boolean(),
  requireSignatures: z.boolean(),
  /** To whom none of it applies. */
  bypass: z.array(login),
});
export type Protection = z.infer<typeof protectionSchema>;
