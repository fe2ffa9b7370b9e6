// The parts of GitHub's answers that only the doctor reads; unknown fields pass.
import { z } from 'zod';

export const User = z.object({ login: z.string() });

const Allowance = z.object({ limit: z.number(), remaining: z.number(), reset: z.number() });
const Permissions = z.record(z.string(), z.string());
export const App = z.object({
  slug: z.string(),
  owner: z.object({ login: z.string(), type: z.string() }),
  permissions: Permissions,
  events: z.array(z.string()),
});
export const Installation = z.object({
  permissions: Permissions,
  html_url: z.string(),
  suspended_at: z.string().nullish(),
});
/** Of an App's own webhook; the secret is shown as stars. */
export const HookConfig = z.object({
  url: z.string().optional(),
  content_type: z.string().optional(),
  secret: z.string().optional(),
});

export const RateLimit = z.object({
  resources: z.object({ core: Allowance, graphql: Allowance.optional() }),
});

export const Repository = z.object({
  full_name: z.string(),
  default_branch: z.string(),
  archived: z.boolean(),
  permissions: z.object({ push: z.boolean(), admin: z.boolean() }).optional(),
});

export const Hook = z.object({
  id: z.number(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: z.string().optional(),
    content_type: z.string().optional(),
    /** Never the secret itself: stars, where there is one. */
    secret: z.string().optional(),
  }),
});
export type Hook = z.infer<typeof Hook>;

/** Newest first. */
export const HookDeliveries = z.array(z.object({ status: z.string(), status_code: z.number() }));

const RequiredChecks = z.object({
  contexts: z.array(z.string()).optional(),
  checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).optional(),
});

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
  required_signatures: Enabled,
  lock_branch: Enabled,
});
export type Protection = z.infer<typeof Protection>;
