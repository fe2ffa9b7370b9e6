// Rulesets and classic protection over GitHub's own API: what each forbids, whom they let by, where they
// can be read.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';

let forge: TestForge;
let app: TestApp;
let number = 0;
let head: string;
let base: string | null;
beforeAll(async () => {
  forge = await TestForge.start();
  app = await TestApp.start(forge);
});
afterAll(async () => {
  await app.close();
  await forge.close();
});
beforeEach(async () => {
  number += 1;
  head = await forge.openPull(number);
  base = await forge.ref('refs/heads/main');
});
afterEach(async () => {
  for (const { id } of (await forge.rest('root', 'GET', '/rulesets')).json) {
    await forge.rest('root', 'DELETE', `/rulesets/${id}`);
  }
  await forge.rest('root', 'DELETE', '/branches/main/protection');
});

const ruleset = async (rules: readonly object[], more: object = {}) => {
  const body = {
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules,
    ...more,
  };
  const { status, json } = await forge.rest('root', 'POST', '/rulesets', body);
  expect(status).toBe(201);
  return json;
};
const protect = async (fields: object) => {
  const standard = {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  };
  const answer = await forge.rest('root', 'PUT', '/branches/main/protection', {
    ...standard,
    ...fields,
  });
  expect(answer.status).toBe(200);
};
const move = async (who: 'alice' | 'root' = 'alice') =>
  (await forge.rest(who, 'PATCH', '/git/refs/heads/main', { sha: head })).json.message;
const merge = async (who: 'alice' | 'root' = 'alice', method = 'squash') =>
  (await forge.rest(who, 'PUT', `/pulls/${number}/merge`, { merge_method: method })).json.message;
const lint = {
  type: 'required_status_checks',
  parameters: {
    strict_required_status_checks_policy: false,
    required_status_checks: [{ context: 'lint' }],
  },
};

describe('S7.8 a ruleset', () => {
  const pulls = (parameters: object) => ({
    type: 'pull_request',
    parameters: {
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: 1,
      required_review_thread_resolution: false,
      ...parameters,
    },
  });

  test.each([
    [[lint], /Required status check "lint" is expected/],
    [[pulls({})], /Changes must be made through a pull request/],
    [[{ type: 'update' }], /Cannot update this protected ref/],
    [[{ type: 'merge_queue' }], /through the merge queue/],
    [[{ type: 'required_signatures' }], /verified signatures/],
  ])('forbids a direct move: %j', async (rules, words) => {
    await ruleset(rules);
    expect(await move()).toMatch(words);
    expect(await forge.ref('refs/heads/main')).toBe(base);
  });

  test.each([
    [[lint], 'squash', /Required status check "lint"/],
    [[pulls({})], 'squash', /At least 1 approving review/],
    [
      [pulls({ required_approving_review_count: 0, allowed_merge_methods: ['merge'] })],
      'squash',
      /by squash/,
    ],
    [[{ type: 'merge_queue' }], 'squash', /through the merge queue/],
    [[{ type: 'required_linear_history' }], 'merge', /must not contain merge commits/],
  ])('forbids the merge button: %j %s', async (rules, method, words) => {
    await ruleset(rules);
    expect(await merge('alice', method)).toMatch(words);
  });

  test('is not enforced while it is disabled or only evaluated, nor on other branches', async () => {
    await ruleset([lint], { enforcement: 'disabled' });
    await ruleset([lint], { enforcement: 'evaluate' });
    const elsewhere = { ref_name: { include: ['refs/heads/release/*'], exclude: [] } };
    await ruleset([lint], { conditions: elsewhere });
    const all = { ref_name: { include: ['~ALL'], exclude: ['refs/heads/m*'] } };
    await ruleset([lint], { conditions: all });
    expect((await forge.rest(null, 'GET', '/rules/branches/main')).json).toEqual([]);
    const there = (await forge.rest(null, 'GET', '/rules/branches/release/1')).json;
    expect(there).toHaveLength(2);
    expect(await move()).toBeUndefined();
  });

  test.each([
    ['always', undefined, 'Pull Request successfully merged'],
    ['exempt', undefined, 'Pull Request successfully merged'],
    ['pull_request', expect.stringMatching(/lint/), 'Pull Request successfully merged'],
  ])('lets by whom it names, mode %s', async (mode, moved, merged) => {
    const [{ id }] = [(await forge.rest('alice', 'GET', '//user')).json];
    const bypass_actors = [{ actor_id: id, actor_type: 'User', bypass_mode: mode }];
    const made = await ruleset([lint], { bypass_actors });
    expect(made.bypass_actors).toEqual(bypass_actors);
    const asAlice = (await forge.rest('alice', 'GET', `/rulesets/${made.id}`)).json;
    expect(asAlice.bypass_actors).toBeUndefined();
    expect(asAlice.current_user_can_bypass).toBe(
      mode === 'pull_request' ? 'pull_requests_only' : mode,
    );
    expect(await move('root')).toMatch(/lint/);
    expect(await move()).toEqual(moved);
    if (mode === 'pull_request') expect(await merge()).toBe(merged);
  });

  test('lets an App by, and a team', async () => {
    const team = await forge.control('PUT', '/teams/acme/owners', { members: ['alice'] });
    await ruleset([lint], {
      bypass_actors: [
        { actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' },
        { actor_id: team.id, actor_type: 'Team', bypass_mode: 'always' },
      ],
    });
    expect(await move('root')).toMatch(/lint/);
    expect((await app.rest('PATCH', '/git/refs/heads/main', { sha: head })).status).toBe(200);
    const more = await forge.commit('alice', `more-${number}`, 'more.txt', '1\n');
    expect((await forge.rest('alice', 'PATCH', '/git/refs/heads/main', { sha: more })).status).toBe(
      200,
    );
  });

  test('is changed by whoever rules the repository', async () => {
    const { id, ...made } = await ruleset([lint]);
    const body = {
      name: made.name,
      enforcement: 'disabled',
      conditions: made.conditions,
      rules: [],
    };
    expect((await forge.rest('alice', 'PUT', `/rulesets/${id}`, body)).status).toBe(404);
    const changed = await forge.rest('root', 'PUT', `/rulesets/${id}`, body);
    expect(changed.json).toMatchObject({ enforcement: 'disabled', rules: [] });
  });
});

describe('S7.8 a check that is pinned to an App', () => {
  test('is met by that App alone', async () => {
    const other = await TestApp.start(forge, { slug: 'other' });
    const parameters = {
      ...lint.parameters,
      required_status_checks: [{ context: 'lint', integration_id: app.id }],
    };
    await ruleset([{ ...lint, parameters }]);
    await forge.rest('bob', 'POST', `/statuses/${head}`, { state: 'success', context: 'lint' });
    await other.check(head, 'lint', { conclusion: 'success' });
    expect(await merge()).toMatch(/Required status check "lint" is expected/);
    await app.check(head, 'lint', { conclusion: 'failure' });
    expect(await merge()).toMatch(/lint/);
    await app.check(head, 'lint', { conclusion: 'neutral' });
    expect(await merge()).toBe('Pull Request successfully merged');
    await other.close();
  });
});

describe('S7.8 classic protection', () => {
  test('is judged on the commit that is pushed, and shown on the branch', async () => {
    const checks = {
      strict: false,
      contexts: [],
      checks: [{ context: 'lint' }, { context: 'pinned', app_id: app.id }],
    };
    await protect({ required_status_checks: checks });
    expect(await move()).toBe('2 of 2 required status checks are expected.');
    await forge.rest('bob', 'POST', `/statuses/${head}`, { state: 'success', context: 'lint' });
    await app.check(head, 'pinned', { conclusion: 'success' });
    const branch = (await forge.rest(null, 'GET', '/branches/main')).json;
    expect(branch).toMatchObject({
      protected: true,
      protection: {
        required_status_checks: {
          checks: [
            { context: 'lint', app_id: null },
            { context: 'pinned', app_id: app.id },
          ],
        },
      },
    });
    expect(await move()).toBeUndefined();
  });

  test('holds for those who rule only if it says so', async () => {
    const checks = { strict: false, contexts: ['lint'] };
    await protect({ required_status_checks: checks, enforce_admins: false });
    expect(await move()).toMatch(/lint/);
    expect(await move('root')).toBeUndefined();
    const { json } = await forge.rest('root', 'GET', '/branches/main/protection');
    expect(json).toMatchObject({
      enforce_admins: { enabled: false },
      required_status_checks: { contexts: ['lint'] },
    });
  });

  test('wants the pull request up to date, and may name who pushes', async () => {
    await forge.commit('alice', 'main', `other-${number}.txt`, '1\n');
    await protect({
      required_status_checks: { strict: true, contexts: [] },
      restrictions: { users: ['bob'], teams: [] },
    });
    expect(await merge()).toMatch(/not up to date/);
    const update = await forge.rest('alice', 'PUT', `/pulls/${number}/update-branch`, {
      expected_head_sha: head,
    });
    expect(update.status).toBe(202);
    head = (await forge.rest(null, 'GET', `/pulls/${number}`)).json.head.sha;
    expect(await move()).toMatch(/not authorized to push/);
    expect(await merge()).toBe('Pull Request successfully merged');
  });

  test('is not there: 404, which says nothing about rulesets', async () => {
    const { status, json } = await forge.rest('root', 'GET', '/branches/main/protection');
    expect([status, json.message]).toEqual([404, 'Branch not protected']);
    expect((await forge.rest('alice', 'GET', '/branches/main/protection')).status).toBe(404);
  });

  test('takes back approvals when more is pushed, if it says so', async () => {
    const reviews = { required_approving_review_count: 1, dismiss_stale_reviews: true };
    await protect({ required_pull_request_reviews: reviews });
    await forge.rest('bob', 'POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });
    await forge.commit('alice', `topic-${number}`, 'more.txt', '1\n');
    const { json } = await forge.rest(null, 'GET', `/pulls/${number}/reviews`);
    expect(json).toMatchObject([{ state: 'DISMISSED', user: { login: 'bob' } }]);
    expect(await merge()).toMatch(/approving review/);
  });
});
