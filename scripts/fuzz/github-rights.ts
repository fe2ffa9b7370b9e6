// What GitHub tells by REST of credentials, webhooks and rules, which the in-memory one of the simulator has none of.
import { PERMISSIONS } from '../../src/core/diagnosis/app-permissions.ts';
import { addressOf, EVENTS } from '../../src/core/diagnosis/webhook.ts';
import { bakery, bakeryRepo } from '../sim/world/bakery.ts';

const REPO = `/repos/${bakeryRepo}`;
const HOUR_MS = 3_600_000;

const config = { url: addressOf(bakery.publicUrl), content_type: 'json', secret: '********' };
const checks = [{ context: bakery.checkName, integration_id: null, app_id: null }];
const bypass = { users: [{ login: 'sluice' }], teams: [], apps: [{ slug: 'sluice' }] };
const rule = { ruleset_id: 7, ruleset_source_type: 'Repository', ruleset_source: bakeryRepo };

/** By what is asked for. @param now milliseconds since the epoch */
const answers = (now: number): Readonly<Record<string, unknown>> => {
  const ago = (hours: number): string => new Date(now - hours * HOUR_MS).toISOString();
  const failed = [
    { id: 11, guid: 'a', delivered_at: ago(1), redelivery: false, status: 'failed' },
    { id: 12, guid: 'b', delivered_at: ago(2), redelivery: false, status: 'failed' },
    { id: 13, guid: 'c', delivered_at: ago(30), redelivery: false, status: 'failed' },
  ];
  const arrived = [{ id: 14, guid: 'b', delivered_at: ago(1), redelivery: true, status: 'OK' }];
  const hook = { id: 5, active: true, events: EVENTS, config };
  return {
    'GET /user': { login: 'sluice' },
    [`GET ${REPO}/installation`]: {
      ...{ id: 3, app_slug: 'sluice', html_url: 'https://github.test/installations/3' },
      permissions: Object.fromEntries(
        Object.entries(PERMISSIONS).map(([name, [level]]) => [name, level]),
      ),
      ...{ events: EVENTS, suspended_at: null },
    },
    'POST /app/installations/3/access_tokens': {
      token: 'ghs_token',
      expires_at: new Date(now + HOUR_MS).toISOString(),
    },
    'GET /app/hook/config': config,
    'GET /app/hook/deliveries?status=failure': failed,
    'GET /app/hook/deliveries?status=success': arrived,
    'POST /app/hook/deliveries/11/attempts': {},
    [`GET ${REPO}/hooks`]: [hook],
    [`GET ${REPO}/hooks/5/deliveries?status=failure`]: failed,
    [`GET ${REPO}/hooks/5/deliveries?status=success`]: arrived,
    [`POST ${REPO}/hooks/5/deliveries/11/attempts`]: {},
    [`GET ${REPO}`]: {
      ...{ full_name: bakeryRepo, default_branch: 'main', archived: false },
      permissions: { push: true, admin: false },
      ...{ allow_squash_merge: true, allow_merge_commit: true },
    },
    [`GET ${REPO}/branches/main`]: {
      commit: { sha: 'a'.repeat(40) },
      protected: true,
      protection: { required_status_checks: { contexts: [bakery.checkName], checks } },
    },
    [`GET ${REPO}/branches/main/protection`]: {
      enforce_admins: { enabled: true },
      required_status_checks: { strict: false, contexts: [bakery.checkName], checks },
      required_pull_request_reviews: { bypass_pull_request_allowances: bypass },
      restrictions: bypass,
      required_linear_history: { enabled: false },
      required_signatures: { enabled: false },
      lock_branch: { enabled: false },
    },
    [`GET ${REPO}/rules/branches/main`]: [
      {
        ...{ type: 'required_status_checks', ...rule },
        parameters: {
          required_status_checks: checks,
          strict_required_status_checks_policy: false,
        },
      },
      { type: 'pull_request', ...rule, parameters: { allowed_merge_methods: ['merge', 'squash'] } },
      { type: 'non_fast_forward', ...rule },
    ],
    [`GET ${REPO}/rules/branches/sluice-scratch/main/1/a-b`]: [
      { type: 'non_fast_forward', ...rule },
    ],
    [`GET ${REPO}/rulesets/7`]: {
      ...{ name: 'rules of main', source_type: 'Repository', source: bakeryRepo },
      current_user_can_bypass: 'always',
    },
  };
};

/** @returns undefined: it is none of these things */
export function toldOfRights(method: string, { pathname, searchParams }: URL, now: number) {
  const status = searchParams.get('status');
  return answers(now)[`${method} ${pathname}${status === null ? '' : `?status=${status}`}`];
}
