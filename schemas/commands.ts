// The bodies by which people and machines command, wire spelling. A name in a body is never taken for who asks.
import { z } from 'zod';
import { BranchName, Sha } from './ids.ts';
import { RateLimit } from './namespace.ts';

/** Who asks is known by other means; what older clients say of it is not believed. */
const Ignored = {
  by: z.unknown().optional().meta({ deprecated: true, description: 'Counts for nothing.' }),
};

export const AuthorizeBody = z.strictObject({ ...Ignored, sha: Sha });

export const RetryBody = z.strictObject({
  ...Ignored,
  /** Only what has not passed for the same commits. */
  tactical: z.boolean("'tactical' must be a JSON boolean").default(false),
});

/** `owner/repo:branch`, `owner/repo/branch`, or a bare branch name; without it, every branch. */
const Chosen = z.string().max(300).optional();

export const FreezeBody = z.strictObject({
  ...Ignored,
  branch: Chosen,
  reason: z.string().max(500).default('no reason given'),
  /** When it ends by itself; without it, when somebody unfreezes. */
  until: z.iso
    .datetime({
      offset: true,
      error: 'expected a time with its zone, such as 2026-01-05T09:00:00Z',
    })
    .nullable()
    .default(null),
});
export const UnfreezeBody = z.strictObject({
  ...Ignored,
  reason: z.unknown().optional().meta({ deprecated: true, description: 'Counts for nothing.' }),
  branch: Chosen,
});

export const DevDeployBody = z.strictObject({
  branch: BranchName,
  steps: z.array(z.string()).min(1, 'expected the names of steps'),
  excluded_steps: z.array(z.string()),
  extra_config: z.record(z.string(), z.unknown()).default({}),
  /** Whose namespace; without it, that of who asks. */
  user: z.string().optional(),
});

export const LimitBody = z.strictObject({ ...Ignored, rate_limit_rps: RateLimit.nullable() });
