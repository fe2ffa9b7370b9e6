// What GitHub's REST tells of what somebody may do in a repository: its settings, rules and webhooks, as far as we read
// them; unknown fields pass.
import { z } from 'zod';

export const User = z.object({ login: z.string() });

/** Levels by the names of permissions. */
export const AppPermissions = z.record(z.string(), z.string());
export type AppPermissions = z.infer<typeof AppPermissions>;
export const Installation = z.object({
  app_slug: z.string(),
  permissions: AppPermissions,
  events: z.array(z.string()),
  html_url: z.string(),
  suspended_at: z.string().nullish(),
});
export type Installation = z.infer<typeof Installation>;

export const Repository = z.object({
  full_name: z.string(),
  default_branch: z.string(),
  archived: z.boolean(),
  permissions: z.object({ push: z.boolean(), admin: z.boolean() }).optional(),
  /** Told to those alone who may write. */
  allow_squash_merge: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
});
export type Repository = z.infer<typeof Repository>;

/** Where and how a webhook sends. */
export const HookConfig = z.object({
  url: z.string().optional(),
  content_type: z.string().optional(),
  /** Never the secret itself: stars, where there is one. */
  secret: z.string().optional(),
});
export type HookConfig = z.infer<typeof HookConfig>;
export const Hook = z.object({
  id: z.number(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: HookConfig,
});
export type Hook = z.infer<typeof Hook>;

const RequiredChecks = z.object({
  strict: z.boolean().optional(),
  contexts: z.array(z.string()).optional(),
  checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).optional(),
});
export type RequiredChecks = z.infer<typeof RequiredChecks>;

export const Branch = z.object({
  commit: z.object({ sha: z.string() }),
  protected: z.boolean(),
  protection: z.object({ required_status_checks: RequiredChecks.optional() }).optional(),
});
export type Branch = z.infer<typeof Branch>;

/** One rule of a ruleset, as it applies to a branch. */
export const Rule = z.object({
  type: z.string(),
  ruleset_id: z.number().optional(),
  parameters: z
    .object({
      required_status_checks: z
        .array(z.object({ context: z.string(), integration_id: z.number().nullish() }))
        .optional(),
      strict_required_status_checks_policy: z.boolean().optional(),
      allowed_merge_methods: z.array(z.string()).optional(),
    })
    .optional(),
});
export type Rule = z.infer<typeof Rule>;

export const Ruleset = z.object({
  name: z.string(),
  source_type: z.string().optional(),
  source: z.string(),
  /** Absent where GitHub does not tell. */
  current_user_can_bypass: z.enum(['always', 'pull_requests_only', 'never', 'exempt']).optional(),
});
export type Ruleset = z.infer<typeof Ruleset>;

const Enabled = z.object({ enabled: z.boolean() }).optional();
const People = z.object({
  users: z.array(z.object({ login: z.string() })).optional(),
  teams: z.array(z.object({ slug: z.string() })).optional(),
  apps: z.array(z.object({ slug: z.string().optional() })).optional(),
});
export type People = z.infer<typeof People>;

/** Classic protection. */
export const Protection = z.object({
  enforce_admins: Enabled,
  required_status_checks: RequiredChecks.optional(),
  required_pull_request_reviews: z
    .object({ bypass_pull_request_allowances: People.optional() })
    .optional(),
  restrictions: People.optional(),
  required_linear_history: Enabled,
  required_signatures: Enabled,
  lock_branch: Enabled,
});
export type Protection = z.infer<typeof Protection>;
