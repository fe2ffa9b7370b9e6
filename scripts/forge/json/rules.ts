// GitHub's JSON of rulesets and of classic protection. Pure reading.

import type { Protection, Rule, Ruleset } from '../model/rules.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { loginJson } from './account.ts';
import { nodeId } from './node-id.ts';

/** Parameters that GitHub always tells, where we keep none. */
const MERGE_QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

export function ruleJson(rule: Rule): object {
  if (rule.type === 'merge_queue') return { type: rule.type, parameters: MERGE_QUEUE };
  if (rule.type !== 'required_status_checks') return rule;
  const { required_status_checks: checks, strict_required_status_checks_policy } = rule.parameters;
  return {
    type: rule.type,
    parameters: {
      strict_required_status_checks_policy,
      do_not_enforce_on_create: false,
      // GitHub leaves out the pin of a check that is not pinned.
      required_status_checks: checks.map(({ context, integration_id }) =>
        integration_id == null ? { context } : { context, integration_id },
      ),
    },
  };
}

export function rulesetJson(world: World, repository: Repository, ruleset: Ruleset) {
  const source = fullName(repository.record);
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: 'branch' as const,
    source_type: 'Repository' as const,
    source,
    enforcement: ruleset.enforcement,
    node_id: nodeId('Ruleset', ruleset.id),
    _links: {
      self: { href: `${world.url}/repos/${source}/rulesets/${ruleset.id}` },
      html: { href: `${world.url}/${source}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

/** As `GET /rulesets/{id}` has it; who bypasses it is told to those who may change it. */
export function fullRulesetJson(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  reader: {
    readonly mayChange: boolean;
    readonly bypasses: 'always' | 'pull_requests_only' | 'never' | 'exempt';
  },
) {
  return {
    ...rulesetJson(world, repository, ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules.map(ruleJson),
    current_user_can_bypass: reader.bypasses,
    ...(reader.mayChange ? { bypass_actors: ruleset.bypass } : {}),
  };
}

/** @param url the address of the protection itself */
export function protectionJson(world: World, url: string, protection: Protection) {
  const { checks, reviews, pushers } = protection;
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.requireLinearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    required_signatures: {
      url: `${url}/required_signatures`,
      enabled: protection.requireSignatures,
    },
    ...(checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            contexts_url: `${url}/required_status_checks/contexts`,
            strict: checks.strict,
            contexts: checks.checks.map(({ context }) => context),
            checks: checks.checks,
          },
        }),
    ...(reviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale,
            require_code_owner_reviews: false,
            require_last_push_approval: false,
            required_approving_review_count: reviews.count,
          },
        }),
    ...(pushers === null ? {} : { restrictions: restrictionsJson(world, url, pushers) }),
  };
}

function restrictionsJson(world: World, at: string, pushers: readonly string[]) {
  const url = `${at}/restrictions`;
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    users: pushers.map((login) => loginJson(world, login)),
    teams: [],
    apps: [],
  };
}
