// Rules of one branch in a few words, for tests: what GitHub's own API wants in a ruleset or in classic
// protection, brought there in one call. The last word on a branch counts; others' rulesets stay.

import { z } from 'zod';
import type { Rule } from './model/rules.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

export const simpleRules = z.strictObject({
  kind: z.enum(['ruleset', 'protection']).default('ruleset'),
  required_status_checks: z
    .array(z.object({ context: z.string(), integration_id: z.number().nullable().default(null) }))
    .default([]),
  /** Whether a pull request must be up to date with its branch. */
  strict: z.boolean().default(false),
  required_approving_review_count: z.number().int().min(0).nullable().default(null),
  dismiss_stale_reviews: z.boolean().default(false),
  non_fast_forward: z.boolean().default(false),
  merge_queue: z.boolean().default(false),
  /** Logins to whom none of this applies: people, or bots of Apps. */
  bypass: z.array(z.string()).default([]),
  bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
  /** Classic protection only: whether those who rule the repository are held to it, too. */
  enforce_admins: z.boolean().default(true),
});
export type SimpleRules = z.output<typeof simpleRules>;

const nameFor = (branch: string): string => `rules of ${branch}`;

/** null: there are to be none. */
export function setRules(
  world: World,
  { record }: Repository,
  branch: string,
  wanted: SimpleRules | null,
): void {
  delete record.protections[branch];
  record.rulesets = record.rulesets.filter(({ name }) => name !== nameFor(branch));
  if (wanted?.kind === 'ruleset') {
    record.rulesets.push({
      id: world.nextId(),
      name: nameFor(branch),
      enforcement: 'active',
      include: [`refs/heads/${branch}`],
      exclude: [],
      bypass: wanted.bypass.map((login) => bypassOf(world, login, wanted.bypass_mode)),
      rules: rulesFrom(wanted),
      createdAt: world.now(),
      updatedAt: world.now(),
    });
  } else if (wanted?.kind === 'protection') {
    const checks = wanted.required_status_checks;
    const count = wanted.required_approving_review_count;
    record.protections[branch] = {
      checks:
        checks.length === 0
          ? null
          : {
              strict: wanted.strict,
              checks: checks.map(({ context, integration_id }) => ({
                context,
                app_id: integration_id,
              })),
            },
      reviews: count === null ? null : { count, dismissStale: wanted.dismiss_stale_reviews },
      enforceAdmins: wanted.enforce_admins,
      pushers: null,
      allowForcePushes: !wanted.non_fast_forward,
      allowDeletions: false,
      requireLinearHistory: false,
      requireSignatures: false,
      bypass: [...wanted.bypass],
    };
  }
  world.changed();
}

function bypassOf(world: World, login: string, bypass_mode: SimpleRules['bypass_mode']) {
  const account = world.account(login);
  const app = world.appOf(account);
  return app === undefined
    ? { actor_type: 'User' as const, actor_id: account.id, bypass_mode }
    : { actor_type: 'Integration' as const, actor_id: app.id, bypass_mode };
}

function rulesFrom(wanted: SimpleRules): Rule[] {
  const checks = wanted.required_status_checks;
  const count = wanted.required_approving_review_count;
  return [
    { type: 'deletion' },
    ...(checks.length === 0
      ? []
      : [
          {
            type: 'required_status_checks' as const,
            parameters: {
              strict_required_status_checks_policy: wanted.strict,
              required_status_checks: checks,
            },
          },
        ]),
    ...(count === null
      ? []
      : [
          {
            type: 'pull_request' as const,
            parameters: {
              required_approving_review_count: count,
              dismiss_stale_reviews_on_push: wanted.dismiss_stale_reviews,
              require_code_owner_review: false,
              require_last_push_approval: false,
              required_review_thread_resolution: false,
              allowed_merge_methods: ['merge' as const, 'squash' as const, 'rebase' as const],
            },
          },
        ]),
    ...(wanted.merge_queue ? [{ type: 'merge_queue' as const }] : []),
    ...(wanted.non_fast_forward ? [{ type: 'non_fast_forward' as const }] : []),
  ];
}
