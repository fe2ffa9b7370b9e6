// What applies to one branch: each ruleset that names it and its classic protection, brought into one form.
// It says what is asked for and of whom; whether a change meets it is protection.ts. Pure.

import type { Account } from './model/account.ts';
import type { Protection, Ruleset } from './model/rules.ts';
import type { RepositoryRecord } from './model.ts';
import type { World } from './world.ts';

export interface RequiredCheck {
  readonly context: string;
  /** The App that must say so; null: anybody may. */
  readonly app: number | null;
}

export interface BranchRules {
  readonly kind: 'ruleset' | 'protection';
  /** null: classic protection has no number. */
  readonly ruleset: Ruleset | null;
  readonly checks: readonly RequiredCheck[];
  /** Whether a pull request must be up to date with the branch. */
  readonly strict: boolean;
  readonly reviews: { readonly count: number; readonly dismissStale: boolean } | null;
  readonly methods: readonly string[];
  /** Only these may push, if anybody is named. */
  readonly pushers: readonly string[] | null;
  readonly forbids: {
    readonly force: boolean;
    readonly deletion: boolean;
    readonly creation: boolean;
    readonly update: boolean;
    readonly mergeCommits: boolean;
    readonly unsigned: boolean;
  };
  readonly mergeQueue: boolean;
}

const METHODS = ['merge', 'squash', 'rebase'];
/** GitHub writes "any App" as null or as -1. */
const pin = (app: number | null | undefined): number | null =>
  app === null || app === undefined || app < 0 ? null : app;

/** GitHub's patterns: `*` stops at a slash, `**` does not. */
function matches(pattern: string, ref: string, defaultRef: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return ref === defaultRef;
  const source = pattern
    .split('**')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))
    .join('.*');
  return new RegExp(`^${source}$`).test(ref);
}

/** Rulesets that name this branch, whether or not they are enforced. */
export function rulesetsOn(record: RepositoryRecord, branch: string): Ruleset[] {
  const [ref, standard] = [`refs/heads/${branch}`, `refs/heads/${record.defaultBranch}`];
  const isIn = (patterns: readonly string[]) =>
    patterns.some((pattern) => matches(pattern, ref, standard));
  return record.rulesets.filter(({ include, exclude }) => isIn(include) && !isIn(exclude));
}

/** All that is enforced on a branch, protection last. */
export function rulesOf(record: RepositoryRecord, branch: string): BranchRules[] {
  const rulesets = rulesetsOn(record, branch).filter(({ enforcement }) => enforcement === 'active');
  const protection = protectionOf(record, branch);
  return [
    ...rulesets.map(fromRuleset),
    ...(protection === undefined ? [] : [fromProtection(protection)]),
  ];
}

export const protectionOf = (record: RepositoryRecord, branch: string): Protection | undefined =>
  Object.hasOwn(record.protections, branch) ? record.protections[branch] : undefined;

function fromRuleset(ruleset: Ruleset): BranchRules {
  const has = (type: string): boolean => ruleset.rules.some((rule) => rule.type === type);
  const checks = ruleset.rules.find((rule) => rule.type === 'required_status_checks')?.parameters;
  const pulls = ruleset.rules.find((rule) => rule.type === 'pull_request')?.parameters;
  return {
    kind: 'ruleset',
    ruleset,
    checks: (checks?.required_status_checks ?? []).map(({ context, integration_id }) => ({
      context,
      app: pin(integration_id),
    })),
    strict: checks?.strict_required_status_checks_policy ?? false,
    reviews:
      pulls === undefined
        ? null
        : {
            count: pulls.required_approving_review_count,
            dismissStale: pulls.dismiss_stale_reviews_on_push,
          },
    methods: pulls?.allowed_merge_methods ?? METHODS,
    pushers: null,
    forbids: {
      force: has('non_fast_forward'),
      deletion: has('deletion'),
      creation: has('creation'),
      update: has('update'),
      mergeCommits: has('required_linear_history'),
      unsigned: has('required_signatures'),
    },
    mergeQueue: has('merge_queue'),
  };
}

function fromProtection(protection: Protection): BranchRules {
  return {
    kind: 'protection',
    ruleset: null,
    checks: (protection.checks?.checks ?? []).map(({ context, app_id }) => ({
      context,
      app: pin(app_id),
    })),
    strict: protection.checks?.strict ?? false,
    reviews: protection.reviews,
    methods: METHODS,
    pushers: protection.pushers,
    forbids: {
      force: !protection.allowForcePushes,
      deletion: !protection.allowDeletions,
      creation: false,
      update: false,
      mergeCommits: protection.requireLinearHistory,
      unsigned: protection.requireSignatures,
    },
    mergeQueue: false,
  };
}

export type BypassMode = 'always' | 'pull_request' | 'exempt';

/** How far these rules do not apply to somebody; null: they do. */
export function bypassOf(
  world: World,
  record: RepositoryRecord,
  branch: string,
  rules: BranchRules,
  actor: Account,
): BypassMode | null {
  if (rules.ruleset === null) {
    const protection = protectionOf(record, branch);
    const isFree =
      protection?.bypass.includes(actor.login) === true ||
      (protection?.enforceAdmins === false && world.isAdmin(record, actor));
    return isFree ? 'always' : null;
  }
  const found = rules.ruleset.bypass.find((one) => {
    switch (one.actor_type) {
      case 'User':
        return actor.id === one.actor_id;
      case 'Integration':
        return world.appOf(actor)?.id === one.actor_id;
      case 'Team':
        return world.accounts.teams.some(
          (team) => team.id === one.actor_id && team.members.includes(actor.login),
        );
      case 'OrganizationAdmin':
        return world.isAdmin(record, actor);
      case 'RepositoryRole':
        // GitHub numbers its own roles: 5 is admin, 4 is write.
        return one.actor_id === 5
          ? world.isAdmin(record, actor)
          : world.isAdmin(record, actor) || record.writers.includes(actor.login);
    }
    return false;
  });
  return found?.bypass_mode ?? null;
}

/** The checks that a branch requires, from wherever, each once. */
export function requiredChecks(record: RepositoryRecord, branch: string): RequiredCheck[] {
  const all = rulesOf(record, branch).flatMap(({ checks }) => checks);
  return [...new Map(all.map((check) => [`${check.context} ${check.app}`, check])).values()];
}

/** How many approvals the branch asks for; null: it asks for none. */
export function requiredApprovals(record: RepositoryRecord, branch: string): number | null {
  const counts = rulesOf(record, branch).flatMap(({ reviews }) => reviews?.count ?? []);
  return counts.length === 0 ? null : Math.max(...counts);
}

/** Whether a push to the head of a pull request takes back its approvals. */
export const dismissesStale = (record: RepositoryRecord, branch: string): boolean =>
  rulesOf(record, branch).some(({ reviews }) => reviews?.dismissStale === true);

export const isProtected = (record: RepositoryRecord, branch: string): boolean =>
  rulesOf(record, branch).length > 0;
