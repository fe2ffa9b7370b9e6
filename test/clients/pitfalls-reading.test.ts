// What goes wrong for those who read GitHub: the forge shows each pitfall, and what our client makes of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { webhookSchemas } from '../../schemas/github-webhook.ts';
import type { PullFacts, Rules } from '../../schemas/state.ts';
import { needsGithubsWord, otherCheckReasons, reviewReasons } from '../../src/core/judge-pull.ts';
import { routeEvent } from '../../src/core/route-event.ts';
import { TestApp } from '../support/forge-app.ts';
import { config, Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
let count = 0;
beforeAll(async () => {
  hands = await Hands.start();
  app = await TestApp.start(hands.forge);
  await hands.forge.forge.fork({ from: 'acme/widget', owner: 'eve' });
});
afterAll(async () => {
  await app.close();
  await hands.close();
});
afterEach(async () => {
  await hands.forge.control('DELETE', '/faults');
  await hands.forge.control('DELETE', '/rules/acme/widget/main');
  await hands.forge.turn({
    read_lag: { seconds: 0 },
    review_decision: 'told',
    test_merge: 'stale',
  });
});

const open = (): Promise<OpenPull> => {
  count += 1;
  return hands.open(`pitfall-${count}`);
};
const rest = (path: string) => hands.forge.rest('bob', 'GET', path);
const merge = ({ number }: OpenPull) =>
  hands.forge.rest('bob', 'PUT', `/pulls/${number}/merge`, { merge_method: 'squash' });
const listed = async () =>
  unwrap(await hands.client().readPage(null)).pulls.map(({ number }) => number);

describe('P2 reviewDecision is null', () => {
  test('where no rule asks for reviews, and at times where one does: our own minimum decides', async () => {
    const pull = await open();
    await hands.rules({ required_approving_review_count: 1 });
    await hands.forge.turn({ review_decision: 'null' });
    const before = await hands.pull(pull.number);
    expect(before.review.decision).toBe(null);
    expect(reviewReasons(before, config())).toEqual([
      { kind: 'not_approved', approvals: 0, needed: 1 },
    ]);
    await hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    await hands.forge.rest('eve', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    const after = await hands.pull(pull.number);
    expect(after.review).toEqual({ decision: null, approvedBy: ['bob'], changesRequestedBy: [] });
    expect(reviewReasons(after, config())).toEqual([]);
  });
});

describe('P3 one forbidden field makes the whole query an error', () => {
  test('check runs, to a token without the permission: the data is there, beside an error', async () => {
    const pull = await open();
    await app.check(pull.sha, 'lint', { conclusion: 'success' });
    const wanted = {
      kind: 'fine_grained',
      login: 'root',
      permissions: { contents: 'write', pull_requests: 'write' },
    };
    const { token } = await hands.forge.control('POST', '/tokens', wanted);
    const query = `{ repository(owner: "acme", name: "widget") { pullRequest(number: ${pull.number}) { number
      statusCheckRollup { contexts(first: 5) { nodes { __typename } } } } } }`;
    const { json } = await hands.forge.restWith(token, 'POST', '//graphql', { query });
    expect(json).toMatchObject({
      data: {
        repository: {
          pullRequest: { number: pull.number, statusCheckRollup: { contexts: { nodes: [null] } } },
        },
      },
      errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by personal access token' }],
    });
    // Said in GitHub's words, and never taken for a pull request without checks.
    expect(await hands.client({ token }).readPulls([pull.number])).toMatchObject({
      ok: false,
      error: {
        kind: 'misconfigured',
        message: 'GitHub refuses us: Resource not accessible by personal access token',
      },
    });
  });
});

describe('P4 mergeable is not known yet', () => {
  test('null and UNKNOWN at first, then it is; our client never asks', async () => {
    const pull = await open();
    const mergeable = async () => (await rest(`/pulls/${pull.number}`)).json.mergeable;
    expect(await mergeable()).toBe(null);
    await expect.poll(mergeable).toBe(true);
    const asked = join(import.meta.dirname, '../../src/clients/github/queries.ts');
    expect(readFileSync(asked, 'utf8')).not.toMatch(/mergeable|mergeStateStatus/i);
  });
});

describe('P5 a merged pull request is shown as open for a while', () => {
  test('in lists and by number, until the reads have caught up', async () => {
    const pull = await open();
    await hands.forge.turn({ read_lag: { seconds: 20 } });
    expect((await merge(pull)).status).toBe(200);
    expect(await listed()).toContain(pull.number);
    expect((await rest(`/pulls/${pull.number}`)).json.state).toBe('open');
    await hands.forge.advance(21);
    expect(await listed()).not.toContain(pull.number);
    expect((await rest(`/pulls/${pull.number}`)).json.merged).toBe(true);
  });
});

describe('P6 a webhook comes before the reads show what it is about', () => {
  test('the event names a commit that GitHub does not show yet', async () => {
    const pull = await open();
    await hands.forge.turn({ read_lag: { seconds: 10 } });
    await hands.forge.advance(11);
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    const sha = await hands.forge.commit('alice', pull.branch, 'later.txt', '1\n');
    await hands.forge.forge.idle();
    const told = hands.forge.heard.find(({ event }) => event === 'pull_request');
    expect(told?.body).toMatchObject({ action: 'synchronize', after: sha });
    expect((await hands.pull(pull.number)).source.sha).toBe(pull.sha);
    await hands.forge.advance(11);
    expect((await hands.pull(pull.number)).source.sha).toBe(sha);
  });
});

describe('P10 two Apps report by one name', () => {
  test('a check that is pinned is not passed by another App, nor by a status', async () => {
    const pull = await open();
    const other = await TestApp.start(hands.forge, { slug: 'imposter' });
    await hands.rules({ required_status_checks: [{ context: 'lint', integration_id: app.id }] });
    await other.check(pull.sha, 'lint', { conclusion: 'success' });
    await hands.forge.rest('bob', 'POST', `/statuses/${pull.sha}`, {
      state: 'success',
      context: 'lint',
    });
    expect((await merge(pull)).json.message).toMatch(/Required status check "lint" is expected/);
    const rules = unwrap(await hands.github.readRules());
    expect(rules).toEqual({ checks: [{ name: 'lint', app: app.id }] });
    const pending = [{ kind: 'check_pending', check: 'lint', app: app.id }];
    expect(otherCheckReasons(await hands.pull(pull.number), rules, config())).toEqual(pending);
    await app.check(pull.sha, 'lint', { conclusion: 'success' });
    expect(otherCheckReasons(await hands.pull(pull.number), rules, config())).toEqual([]);
    await other.close();
  });
});

describe('S7.8 a required check of a certain App that it reports by a status', () => {
  const require = (id: number) =>
    hands.rules({ required_status_checks: [{ context: 'lint', integration_id: id }] });
  const byStatus = (from: TestApp, pull: OpenPull, state: string) =>
    from.rest('POST', `/statuses/${pull.sha}`, { context: 'lint', state });
  const reasons = (facts: PullFacts, rules: Rules) => otherCheckReasons(facts, rules, config());

  test('counts when GitHub calls it required, which it says of one pull request alone', async () => {
    const pull = await open();
    await require(app.id);
    const rules = unwrap(await hands.github.readRules());
    const waiting = [{ kind: 'check_pending', check: 'lint', app: app.id }];
    await byStatus(app, pull, 'success');
    const listed = unwrap(await hands.client().readPage(null)).pulls;
    const [inList] = listed.filter(({ number }) => number === pull.number);
    if (!inList) throw new Error('it is not listed');
    expect([reasons(inList, rules), needsGithubsWord(inList, rules)]).toEqual([waiting, true]);
    const alone = await hands.pull(pull.number);
    expect([reasons(alone, rules), needsGithubsWord(alone, rules)]).toEqual([[], false]);
    await byStatus(app, pull, 'failure');
    const failed = [{ kind: 'check_failed', check: 'lint' }];
    expect(reasons(await hands.pull(pull.number), rules)).toEqual(failed);
    // What another App says under its name is nothing, as GitHub has it.
    const other = await TestApp.start(hands.forge, { slug: 'mimic' });
    await byStatus(other, pull, 'success');
    expect((await merge(pull)).json.message).toMatch(/Required status check "lint" is expected/);
    expect(reasons(await hands.pull(pull.number), rules)).toEqual(waiting);
    await other.close();
  });

  test('isRequired without a pull request is an error of GitHub, below one, too', async () => {
    const pull = await open();
    await byStatus(app, pull, 'success');
    const query = `{ repository(owner: "acme", name: "widget") { pullRequest(number: ${pull.number}) {
      statusCheckRollup { contexts(first: 5) { nodes { ... on StatusContext { isRequired } } } } } } }`;
    expect((await app.graphql(query)).errors).toMatchObject([
      { type: 'UNPROCESSABLE', message: 'A pull request ID or pull request number is required.' },
    ]);
  });
});

describe('P11 superseded runs stay in the rollup', () => {
  test('the newest of a name and App counts, whatever the state of all says', async () => {
    const pull = await open();
    await app.check(pull.sha, 'lint', { conclusion: 'failure' });
    await app.check(pull.sha, 'lint', { conclusion: 'success' });
    const query = `{ repository(owner: "acme", name: "widget") { pullRequest(number: ${pull.number}) {
      statusCheckRollup { state contexts(first: 5) { totalCount } } } } }`;
    const { statusCheckRollup } = (await app.graphql(query)).data.repository.pullRequest;
    expect(statusCheckRollup).toEqual({ state: 'FAILURE', contexts: { totalCount: 2 } });
    expect((await hands.pull(pull.number)).checks).toMatchObject([
      { name: 'lint', app: app.id, state: 'success' },
    ]);
  });
});

describe('P12 a required check that never reported is not in the list', () => {
  test('so the set comes from the rules, and what is absent is pending', async () => {
    const pull = await open();
    await hands.rules({ required_status_checks: [{ context: 'lint' }, { context: 'docs' }] });
    await hands.forge.rest('bob', 'POST', `/statuses/${pull.sha}`, {
      state: 'success',
      context: 'lint',
    });
    const facts = await hands.pull(pull.number);
    expect(facts.checks.map(({ name }) => name)).toEqual(['lint']);
    const rules = unwrap(await hands.github.readRules());
    expect(otherCheckReasons(facts, rules, config())).toEqual([
      { kind: 'check_pending', check: 'docs', app: null },
    ]);
  });
});

describe('P13 "Branch not protected" says nothing about rulesets', () => {
  test('a check that only a ruleset requires is read all the same', async () => {
    await hands.rules({ required_status_checks: [{ context: 'lint' }] });
    const protection = await hands.forge.rest('root', 'GET', '/branches/main/protection');
    expect([protection.status, protection.json.message]).toEqual([404, 'Branch not protected']);
    expect(unwrap(await hands.github.readRules())).toEqual({
      checks: [{ name: 'lint', app: null }],
    });
  });
});

describe('P17 refs/pull/N/merge is stale', () => {
  test('it stays on the base that it was made on; ours is made from the two commits that are meant', async () => {
    const pull = await open();
    const read = async () => (await rest(`/pulls/${pull.number}`)).json.merge_commit_sha;
    await expect.poll(read).not.toBe(null);
    const before = await read();
    expect(await hands.forge.ref(`refs/pull/${pull.number}/merge`)).toBe(before);
    const base = await hands.main();
    const moved = await hands.pushToMain(`stale-${pull.number}.txt`);
    await read();
    await hands.forge.forge.idle();
    expect(await read()).toBe(before);
    const parents = (await rest(`/git/commits/${before}`)).json.parents;
    expect(parents.map(({ sha }: { sha: string }) => sha)).toEqual([base, pull.sha]);
    const { testMerge } = await hands.pull(pull.number);
    expect(testMerge).toMatchObject({ sha: before, parents: [base, pull.sha] });
    const landing = await hands.tested(pull, { testMerge });
    expect(landing.targetSha).toBe(moved);
    const kept = await rest(`/git/trees/${landing.testedTree}`);
    const paths = kept.json.tree.map(({ path }: { path: string }) => path);
    expect(paths).toContain(`stale-${pull.number}.txt`);
    const tested = (await rest(`/git/commits/${landing.testedSha}`)).json.parents;
    expect(tested.map(({ sha }: { sha: string }) => sha)).toEqual([moved]);
    // Twelve hours later it is made anew.
    await hands.forge.advance(13 * 3600);
    await read();
    await expect.poll(read).not.toBe(before);
  });
});

describe('P18 base.sha is where the base was, not where it is', () => {
  test('and what is tested starts from the branch as it is', async () => {
    const pull = await open();
    const base = (await rest(`/pulls/${pull.number}`)).json.base.sha;
    const moved = await hands.pushToMain(`base-${pull.number}.txt`);
    expect((await rest(`/pulls/${pull.number}`)).json.base.sha).toBe(base);
    expect(base).not.toBe(moved);
    expect((await rest(`/compare/main...${pull.sha}`)).json.merge_base_commit.sha).toBe(base);
    expect((await hands.tested(pull)).targetSha).toBe(moved);
  });
});

describe('P19 the fork is deleted', () => {
  test('head.repo and headRepository are null, and the pull request is read all the same', async () => {
    count += 1;
    await hands.forge.forge.fork({ from: 'acme/widget', owner: 'bob' });
    const ref = { ref: 'refs/heads/gift', sha: await hands.main() };
    await hands.forge.rest('bob', 'POST', '//repos/bob/widget/git/refs', ref);
    const file = { message: 'A gift', content: 'YQ==', branch: 'gift' };
    await hands.forge.rest('bob', 'PUT', '//repos/bob/widget/contents/gift.txt', file);
    const opened = await hands.forge.rest('bob', 'POST', '/pulls', {
      title: 'A gift',
      head: 'bob:gift',
      base: 'main',
    });
    await hands.forge.control('DELETE', '/repositories/bob/widget');
    const { number } = opened.json;
    expect((await rest(`/pulls/${number}`)).json.head.repo).toBe(null);
    expect((await hands.pull(number)).source).toMatchObject({ repo: null, movable: false });
    expect(await listed()).toContain(number);
  });
});

describe('P20 an approval survives later pushes', () => {
  test('unless a rule takes it back', async () => {
    const pull = await open();
    const approve = () =>
      hands.forge.rest('bob', 'POST', `/pulls/${pull.number}/reviews`, { event: 'APPROVE' });
    await approve();
    await hands.forge.commit('alice', pull.branch, 'more.txt', '1\n');
    const query = `{ repository(owner: "acme", name: "widget") { pullRequest(number: ${pull.number}) { headRefOid
      latestOpinionatedReviews(first: 5) { nodes { state commit { oid } } } } } }`;
    const { headRefOid, latestOpinionatedReviews } = (await hands.forge.graphql('bob', query)).data
      .repository.pullRequest;
    expect(latestOpinionatedReviews.nodes).toEqual([
      { state: 'APPROVED', commit: { oid: pull.sha } },
    ]);
    expect(headRefOid).not.toBe(pull.sha);
    expect((await hands.pull(pull.number)).review.approvedBy).toEqual(['bob']);
    await hands.rules({ required_approving_review_count: 1, dismiss_stale_reviews: true });
    await approve();
    await hands.forge.commit('alice', pull.branch, 'more.txt', '2\n');
    const { review } = await hands.pull(pull.number);
    expect(review).toEqual({ decision: 'review_required', approvedBy: [], changesRequestedBy: [] });
  });
});

describe('P21 an ETag is good for one token', () => {
  test('another token of the same installation gets the whole answer, and pays for it', async () => {
    const read = async (token: string, etag: string) => {
      const headers = {
        'user-agent': 'test',
        authorization: `token ${token}`,
        'if-none-match': etag,
      };
      return fetch(`${hands.forge.forge.url}/repos/acme/widget/branches/main`, { headers });
    };
    const [first, second] = [
      await app.rest('GET', '/branches/main'),
      await hands.forge.rest('bob', 'GET', '/branches/main'),
    ];
    const etag = second.headers.get('etag') ?? '';
    expect((await read('bob-token', etag)).status).toBe(304);
    expect((await read('alice-token', etag)).status).toBe(200);
    expect(first.headers.get('etag')).not.toBe(etag);
  });
});

describe('P24 events about the checks of a fork name no pull request', () => {
  test('the commit tells which it is', async () => {
    count += 1;
    const pull = await hands.openFromFork(`fork-${count}`);
    await hands.forge.forge.idle();
    hands.forge.heard.length = 0;
    await app.check(pull.sha, 'lint', { conclusion: 'success' });
    await hands.forge.forge.idle();
    const told = hands.forge.heard.find(({ event }) => event === 'check_run');
    expect(told?.body['check_run']).toMatchObject({
      head_sha: pull.sha,
      pull_requests: [],
      check_suite: { head_branch: null, pull_requests: [] },
    });
    const body = webhookSchemas.check_run.parse(told?.body);
    const { name } = config();
    expect(routeEvent({ name: 'check_run', body }, [config()])).toEqual([
      { branch: name, mark: { flag: 'github', read: { sha: pull.sha } } },
    ]);
    expect((await rest(`/commits/${pull.sha}/pulls`)).json).toMatchObject([
      { number: pull.number },
    ]);
    expect((await hands.pull(pull.number)).checks).toMatchObject([
      { name: 'lint', app: app.id, state: 'success' },
    ]);
  });
});
