// The JSON API inside workerd: what it says of the branches, and who may command what.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { BranchStatus, EventStatus, PullStatus, WatchedBranches } from '../../schemas/status.ts';
import {
  failed,
  HEAD,
  landedPull,
  NOON,
  pullOf,
  sha,
  sourceOf,
  stateOf,
  testedOf,
} from '../support/builders.ts';
import {
  alarmOf,
  answerTo,
  command,
  MAIN,
  quiet,
  request,
  STABLE,
  seed,
  storedBy,
  stubOf,
} from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const API = '/api/v1alpha';
const MAIN_PATH = `${API}/watched_branches/${encodeURIComponent(MAIN)}`;
const json = async (path: string): Promise<unknown> => (await request(path)).json();
/** Polled just now, so that nothing is read before the test has looked. */
const branch = (change: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ polledAt: Date.now(), ...change });

describe('S10.1 status', () => {
  it('of a branch that was never read', async () => {
    const { branches, frozen } = WatchedBranches.parse(await json(`${API}/watched_branches`));
    expect([frozen, branches.map(({ branch_fqn }) => branch_fqn)]).toEqual([
      false,
      ['acme/bakery:main', 'acme/bakery:stable'],
    ]);
    expect(branches[1]).toMatchObject({ sha: null, n_prs: 0, landed: [], merge_candidate: null });
  });

  it('of a branch with everything', async () => {
    const polledAt = Date.now();
    await seed(
      stubOf(MAIN),
      branch({
        polledAt,
        pulls: [pullOf(1)],
        candidate: 1,
        deploy: { kind: 'succeeded', sha: HEAD, batch: 9, attempt: 1, jobs: 1 },
        frozen: { reason: 'fire', by: 'alice', since: NOON, until: null },
        landings: [landedPull(3)],
      }),
    );
    const { branches } = WatchedBranches.parse(await json(`${API}/watched_branches`));
    expect(branches[0]).toEqual({
      branch: 'main',
      branch_fqn: 'acme/bakery:main',
      repo: 'acme/bakery',
      url: 'https://github.test/acme/bakery',
      sha: HEAD,
      deploy_state: 'success',
      deploy_sha: HEAD,
      deploy_batch_id: 9,
      deploy_failure: null,
      n_prs: 1,
      merge_candidate: 'pr-1',
      running_tests: 0,
      running_tests_max: 3,
      frozen: { reason: 'fire', by: 'alice', since: '2026-11-23T12:00:00.000Z', until: null },
      last_error: null,
      next_try_at: null,
      polled_at: new Date(polledAt).toISOString(),
      next_poll_at: new Date(polledAt + 3_600_000).toISOString(),
      github_budget: { limits: [], waiting: null, problem: null },
      webhook: null,
      diagnosis: null,
      landed: [LANDED],
      kubernetes: expect.objectContaining({ configured: false, read_at: null }),
      deployed_services: [],
    });
    expect(BranchStatus.parse(branches[0])).toEqual(branches[0]);
  });

  const LANDED = {
    state: 'landed',
    number: 3,
    title: 'Change 3',
    author: 'alice',
    url: 'https://github.test/acme/bakery/pull/3',
    labels: [],
    merged: true,
    merge_commit_sha: testedOf(3),
    source_sha: sourceOf(3),
    target_sha: HEAD,
    tested_sha: testedOf(3),
    batch_id: 103,
    batch_url: 'https://batch.test/batches/103',
    landed_at: '2026-11-23T12:00:00.000Z',
    verified: true,
  };

  it('of pull requests, each with every reason', async () => {
    const pulls = [pullOf(1, { build: failed(1), facts: { draft: true } }), pullOf(2)];
    await seed(stubOf(MAIN), branch({ pulls, landings: [landedPull(3)] }));
    const list = PullStatus.array().parse(await json(`${MAIN_PATH}/prs`));
    expect(list.map(({ number, reasons }) => [number, reasons.map(({ kind }) => kind)])).toEqual([
      [2, ['landing']],
      [1, ['test_failed', 'draft']],
    ]);
    expect(await json(`${MAIN_PATH}/prs/1`)).toMatchObject({
      ...list[1],
      failed_jobs: [],
      mistakes: [],
      conditions: expect.arrayContaining(list[1]?.conditions ?? []),
    });
    expect(list[1]).toMatchObject({
      state: 'open',
      number: 1,
      build_state: 'failure',
      batch_id: 101,
      batch_url: 'https://batch.test/batches/101',
      target_sha: HEAD,
      tested_sha: testedOf(1),
      is_mergeable: false,
      reasons: [
        { kind: 'test_failed', text: 'Its test failed in batch 101: 1 of 2 jobs failed.' },
        { kind: 'draft', text: 'It is a draft.', at: null },
      ],
    });
    expect(await json(`${MAIN_PATH}/prs/3`)).toEqual(LANDED);
  });

  it('by the bare name of a branch', async () => {
    await seed(stubOf(STABLE), { ...branch({ pulls: [pullOf(1)] }), branch: STABLE });
    const list = PullStatus.array().parse(await json(`${API}/watched_branches/stable/prs`));
    expect(list.map(({ number }) => number)).toEqual([1]);
  });

  it.each<[path: string, status: number, text: string]>([
    ['/nothing', 404, '404: there is nothing at /nothing'],
    [`${API}/watched_branches/wild/prs`, 404, '404: wild is not a watched branch'],
    [`${API}/watched_branches/wild/prs/1`, 404, '404: wild is not a watched branch'],
    [`${API}/watched_branches/wild/events`, 404, '404: wild is not a watched branch'],
    [
      `${MAIN_PATH}/prs/9`,
      404,
      '404: #9 is not open on acme/bakery:main, nor has it landed lately; GitHub knows more: https://github.test/acme/bakery/pull/9',
    ],
    [`${MAIN_PATH}/prs/nine`, 400, '400: PR number must be an integer'],
    [`${MAIN_PATH}/prs/0`, 400, '400: PR number must be an integer'],
    [`${MAIN_PATH}/prs/1.5`, 400, '400: PR number must be an integer'],
    [`${MAIN_PATH}/events?after=x`, 400, '400: after must be the seq of an event'],
    [`${MAIN_PATH}/events?after=-1`, 400, '400: after must be the seq of an event'],
    ['/healthcheck', 200, ''],
  ])('GET %s: %i', async (path, status, text) => {
    expect(await answerTo(path)).toEqual([status, text]);
  });
});

describe('S3.2 events', () => {
  it('are given in order, from where one left off', async () => {
    await seed(stubOf(MAIN), branch());
    for (const path of ['/freeze', '/unfreeze', '/freeze'])
      await command(path, { branch: MAIN, reason: 'fire' });
    const all = await events('');
    expect(all.map(({ kind }) => kind)).toEqual([
      'branch.frozen',
      'branch.unfrozen',
      'branch.frozen',
    ]);
    expect(await events(`?after=${all[1]?.seq}`)).toEqual(all.slice(2));
    expect(await events(`?after=${all[2]?.seq}`)).toEqual([]);
  });

  async function events(query: string): Promise<{ seq: number; kind: string }[]> {
    const { events, next } = (await json(`${MAIN_PATH}/events${query}`)) as {
      events: { seq: number; kind: string }[];
      next: number;
    };
    expect(next).toBe(events.at(-1)?.seq ?? Number(query.replace('?after=', '') || 0));
    return events.filter(({ kind }) => kind.startsWith('branch.'));
  }
});

describe('S10.3 every command is in the event log with who gave it', () => {
  it('whatever name its body has', async () => {
    const commit = sourceOf(1);
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: failed(1) })] }));
    await command('/authorize_sha', { sha: commit, by: 'mallory' });
    await command('/freeze', { branch: MAIN, reason: 'fire', by: 'mallory' });
    await command('/unfreeze', { branch: MAIN, by: 'mallory' });
    await command('/update', { by: 'mallory' });
    await command(`/watched_branches/${encodeURIComponent(MAIN)}/prs/1/retry`, { by: 'mallory' });
    const { events } = z
      .object({ events: EventStatus.array() })
      .parse(await json(`${MAIN_PATH}/events`));
    const given = events.filter(({ kind }) => kind === 'command.given');
    expect(given.map(({ pr, text, data }) => [pr, text, data['by']])).toEqual(
      [
        [1, `let commit ${commit.slice(0, 7)} be tested`],
        [null, 'froze the branch: fire'],
        [null, 'unfroze the branch'],
        [null, 'had everything read again'],
        [1, 'asked for a retry of #1'],
      ].map(([pr, text]) => [pr, `the manage token ${text}`, 'the manage token']),
    );
    expect(JSON.stringify(events)).not.toContain('mallory');
  });
});

describe('S5.1 authorizing a commit', () => {
  it('is known to every branch, and they wake up', async () => {
    expect(await command('/authorize_sha', { sha: sha(5) })).toEqual([201, '']);
    const stored = await Promise.all([MAIN, STABLE].map((name) => storedBy(stubOf(name))));
    expect(stored.map((record) => record?.authorized)).toEqual([[sha(5)], [sha(5)]]);
    expect(await alarmOf(stubOf(MAIN))).toEqual(expect.any(Number));
  });

  it.each<[body: unknown, sentence: RegExp]>([
    [{ sha: 'abc' }, /^400: sha: expected a full 40-digit SHA$/],
    [{}, /^400: sha is missing; expected string$/],
    ['{', /^400: the body is not JSON$/],
  ])('refused: %j', async (body, sentence) => {
    const [status, text] = await command('/authorize_sha', body);
    expect([status, text]).toEqual([400, expect.stringMatching(sentence)]);
  });
});

describe('S10.4 freezing', () => {
  it('all branches, once', async () => {
    expect(await command('/freeze', { reason: 'fire' })).toEqual([200, '{"frozen":true}']);
    expect(await command('/freeze')).toEqual([409, '409: CI is already frozen.']);
    const { frozen, branches } = WatchedBranches.parse(await json(`${API}/watched_branches`));
    expect([frozen, branches.map((status) => status.frozen?.reason)]).toEqual([
      true,
      ['fire', 'fire'],
    ]);
    expect(await command('/unfreeze')).toEqual([200, '{"frozen":false}']);
    expect(await command('/unfreeze')).toEqual([409, '409: CI is already unfrozen.']);
  });

  it('one branch, then the rest', async () => {
    expect((await command('/freeze', { branch: MAIN }))[0]).toBe(200);
    const one = await Promise.all([MAIN, STABLE].map((name) => storedBy(stubOf(name))));
    expect(one.map((record) => record?.frozen?.reason)).toEqual(['no reason given', undefined]);
    expect((await command('/freeze', ''))[0]).toBe(200);
    expect((await storedBy(stubOf(STABLE)))?.frozen?.by).toBe('the manage token');
  });

  it.each<[body: unknown, status: number, text: RegExp]>([
    [{ branch: 'wild' }, 404, /^404: wild is not a watched branch$/],
    [{ reason: 'x'.repeat(501) }, 400, /^400: reason: expected string to have <=500 characters$/],
    ['nonsense', 400, /^400: the body is not JSON$/],
  ])('refused: %j', async (body, status, text) => {
    expect(await command('/freeze', body)).toEqual([status, expect.stringMatching(text)]);
  });
});

describe('S6.10 retrying', () => {
  const retry = (number: string, name: string = MAIN) =>
    command(`/watched_branches/${encodeURIComponent(name)}/prs/${number}/retry`);

  it('starts a new attempt', async () => {
    await seed(stubOf(MAIN), branch({ pulls: [pullOf(1, { build: failed(1) })] }));
    expect(await retry('1')).toEqual([200, '']);
    expect(await json(`${MAIN_PATH}/prs/1`)).toMatchObject({ attempt: 2, build_state: null });
    expect(await retry('1')).toEqual([
      400,
      '400: A retry was asked for already, by the manage token.',
    ]);
  });

  it.each<[number: string, name: string, status: number, text: string]>([
    ['9', MAIN, 404, '404: #9 is not an open pull request of acme/bakery:main.'],
    ['nine', MAIN, 400, '400: PR number must be an integer'],
    ['1', 'wild', 404, '404: wild is not a watched branch'],
  ])('refused: #%s of %s', async (number, name, status, text) => {
    expect(await retry(number, name)).toEqual([status, text]);
  });
});
