// What the GitHub client makes of failure (S3.3, P3, P14): each call answers with a fault of the right
// kind, whatever comes back, and never throws.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Sha } from '../../schemas/ids.ts';
import { runOf } from '../../src/core/check-run.ts';
import type { GitHub } from '../../src/loop/ports.ts';
import { configOf, unbuilt } from '../support/builders.ts';
import { COMMITTER, Hands, NOON } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await Hands.start();
});
afterAll(() => hands.close());

const SHA = Sha.parse('a'.repeat(40));
const LANDING = {
  pr: 1,
  sourceSha: SHA,
  targetSha: SHA,
  testedSha: SHA,
  testedTree: SHA,
  batch: 1,
  method: 'squash',
  mode: 'exact',
} as const;
const BY_GITHUB = { ...LANDING, mode: 'github' } as const;
const CHECK = { state: 'success', description: '', url: 'https://x.test' } as const;
const RUN = runOf(CHECK, unbuilt, [], configOf());
const COMMIT = {
  pr: 1,
  sourceSha: SHA,
  targetSha: SHA,
  message: 'm',
  author: { login: 'ann', ...COMMITTER },
  date: NOON,
  method: 'squash',
  testMerge: null,
} as const;

/** Everything that the port can be asked. */
const calls: readonly [string, (github: GitHub) => Promise<unknown>][] = [
  ['readPage', (github) => github.readPage(null)],
  ['readPulls', (github) => github.readPulls([1])],
  ['readRules', (github) => github.readRules()],
  ['readFiles', (github) => github.readFiles(SHA, ['build.yaml'])],
  ['changedFiles', (github) => github.changedFiles(SHA, SHA)],
  ['makeTestedCommit', (github) => github.makeTestedCommit(COMMIT, [])],
  ['postCheck', (github) => github.postCheck(SHA, CHECK)],
  ['postRun', (github) => github.postRun(SHA, RUN, false)],
  ['postRun for the first time', (github) => github.postRun(SHA, RUN, true)],
  ['land', (github) => github.land(LANDING, { branch: 'b', movable: true })],
  [
    'land by GitHub',
    (github) => github.land(BY_GITHUB, { branch: 'b', movable: true }, 'Squashed'),
  ],
  ['readBack', (github) => github.readBack(LANDING)],
  ['readBack of a merge by GitHub', (github) => github.readBack(BY_GITHUB)],
  ['verify', (github) => github.verify(LANDING, SHA)],
  ['closeLanded', (github) => github.closeLanded(1, SHA)],
  ['dropRef', (github) => github.dropRef('refs/sluice/main/1')],
];

/** Answers every request alike. */
const answering =
  (status: number, body: string, headers: Record<string, string>): typeof fetch =>
  async () =>
    new Response(body, { status, headers });
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const rest = { api: 'rest', path: '/statuses/' };
const graphql = { api: 'graphql', path: 'pullRequests' };
const post = () => hands.github.postCheck(SHA, CHECK);
const read = () => hands.github.readPage(null);

describe('S3.3 who is refused', () => {
  const ours = (words: string) => ({
    ok: false,
    error: {
      kind: 'misconfigured',
      message: expect.stringMatching(`^GitHub refuses us: ${words}`),
    },
  });

  test.each(calls)('%s with a wrong token, which is for us to mend', async (_, call) => {
    const nobody = hands.client({ token: 'nobody', app: 7 });
    expect(await call(nobody)).toEqual(ours('Bad credentials'));
  });

  test.each<[what: string, error: object]>([
    ['the repository', { type: 'FORBIDDEN', path: ['repository'] }],
    ['one field', { type: 'FORBIDDEN', path: ['repository', 'pr1'] }],
    ['the query, by its scopes', { type: 'INSUFFICIENT_SCOPES' }],
  ])('%s may not be read, which is for us to mend', async (_, error) => {
    const errors = [{ ...error, message: 'Not for you' }];
    await hands.fault({ match: graphql, do: { status: 200, body: { data: null, errors } } });
    expect(await read()).toEqual(ours('Not for you$'));
  });

  test('to move a branch, by rules of its own', async () => {
    const errors = [{ type: 'FORBIDDEN', path: ['updateRefs'], message: 'Not for you' }];
    const body = { data: { updateRefs: null }, errors };
    await hands.fault({ match: { api: 'graphql', path: 'updateRefs' }, do: { status: 200, body } });
    const landed = await hands.github.land(LANDING, { branch: 'b', movable: false });
    expect(landed).not.toMatchObject({ error: { kind: 'misconfigured' } });
  });

  test('without the right to write', async () => {
    const eve = hands.client({ token: 'eve-token' });
    const head = await hands.main();
    expect(await eve.postCheck(head, CHECK)).toMatchObject({
      ok: false,
      error: { kind: 'refused', status: 403 },
    });
  });

  test('by a repository that is not there', async () => {
    const refused = ours('Could not resolve to a Repository');
    const elsewhere = hands.client({ repo: 'gadget' });
    expect(await elsewhere.readPage(null)).toEqual(refused);
    expect(await elsewhere.readPulls([1])).toEqual(refused);
    expect(await elsewhere.readFiles(SHA, ['build.yaml'])).toEqual(refused);
  });

  test('a thousand and first status', async () => {
    const message = 'This SHA and context has reached the maximum number of statuses.';
    const body = { message: 'Validation Failed', errors: [{ message }] };
    await hands.fault({ match: rest, do: { status: 422, body } });
    expect(await post()).toMatchObject({
      ok: false,
      error: { kind: 'refused', status: 422, message: expect.stringContaining(message) },
    });
  });
});

describe('S3.3 who has to wait, and for how long', () => {
  const limited = (retryAfterMs: number) => ({
    ok: false,
    error: { kind: 'rate_limited', retryAfterMs },
  });
  const secondary = { message: 'You have exceeded a secondary rate limit. Please wait.' };
  const reset = String(NOON / 1000 + 90);

  test.each([
    ['a secondary limit with a time', 403, { 'retry-after': '17' }, 17_000],
    ['a secondary limit without', 403, {}, 60_000],
    ['too many requests', 429, { 'retry-after': '3' }, 3_000],
    ['the hourly limit', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 90_000],
    [
      'a secondary limit in an hour with rest',
      403,
      { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': reset },
      60_000,
    ],
  ])('%s', async (_, status, headers, retryAfterMs) => {
    for (const match of [rest, graphql])
      await hands.fault({ match, do: { status, headers, body: secondary } });
    expect(await post()).toMatchObject(limited(retryAfterMs));
    expect(await read()).toMatchObject(limited(retryAfterMs));
  });

  test('whoever is told when to come back, whatever the words', async () => {
    const body = { message: 'Come back later' };
    await hands.fault({ match: rest, do: { status: 403, headers: { 'retry-after': '5' }, body } });
    expect(await post()).toMatchObject(limited(5_000));
    await hands.fault({ match: rest, do: { status: 403, body } });
    expect(await post()).toMatchObject({ ok: false, error: { kind: 'refused', status: 403 } });
  });

  test.each(['RATE_LIMITED', 'RATE_LIMIT'])('GraphQL says %s with 200', async (type) => {
    const errors = [{ type, message: 'API rate limit already exceeded for user ID 1.' }];
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    await hands.fault({ match: graphql, do: { status: 200, body: { errors }, headers } });
    expect(await read()).toMatchObject(limited(90_000));
    await hands.fault({ match: graphql, do: { status: 200, body: { errors } } });
    expect(await read()).toMatchObject(limited(60_000));
  });
});

describe('P14 what may have happened', () => {
  test.each([500, 502, 503, 504])('%d', async (status) => {
    for (const match of [rest, graphql]) await hands.fault({ match, do: { status } });
    expect(await post()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });

  test('a connection that is cut', async () => {
    for (const match of [rest, graphql]) await hands.fault({ match, do: { drop: true } });
    expect(await post()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });

  test.each(calls)('%s when nobody listens', async (_, call) => {
    const github = hands.client({ apiUrl: 'http://127.0.0.1:1' });
    expect(await call(github)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });

  test.each(calls)('%s when there is never an answer', async (_, call) => {
    let aborted = 0;
    const silent: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          aborted += 1;
          reject(init.signal?.reason);
        });
      });
    const github = hands.client({ fetch: silent, timeoutMs: 5 });
    expect(await call(github)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(aborted).toBeGreaterThan(0);
  });

  test('an answer that stops in the middle', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      response.write('{"data":');
    });
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const github = hands.client({ apiUrl: `http://127.0.0.1:${port}`, timeoutMs: 100 });
    const landed = await github.land(LANDING, { branch: 'b', movable: true });
    server.closeAllConnections();
    server.close();
    expect(landed).toMatchObject({
      ok: false,
      error: { kind: expect.stringMatching(/^un(known|readable)$/) },
    });
  });
});

describe('S3.3 what cannot be understood', () => {
  const reading = calls.filter(([name]) => /^(read|verify|land|make)/.test(name));
  const neither = {
    ok: false,
    error: { kind: expect.stringMatching(/^un(known|readable)$/), message: expect.any(String) },
  };
  test.each(
    reading.flatMap(([name, call]) => [
      [name, 'a page of HTML', call, '<html>', { 'content-type': 'text/html' }] as const,
      [name, 'broken JSON', call, '{"data":{"repo', JSON_TYPE] as const,
      [name, 'other JSON', call, '{"data":{"repository":{"id":7}}}', JSON_TYPE] as const,
      [name, 'null', call, 'null', JSON_TYPE] as const,
      [name, 'nothing', call, '', {}] as const,
    ]),
  )('%s is answered with %s', async (_name, _what, call, body, headers) => {
    expect(await call(hands.client({ fetch: answering(200, body, headers) }))).toMatchObject(
      neither,
    );
  });

  test('a GraphQL error says what it is, once', async () => {
    const errors = [{ type: 'UNPROCESSABLE', path: ['repository'], message: 'Too much' }];
    await hands.fault({ match: graphql, do: { status: 200, body: { data: null, errors } } });
    expect(await read()).toEqual({
      ok: false,
      error: { kind: 'refused', status: 200, message: 'Too much' },
    });
  });

  test('an error about part of the answer is no answer', async () => {
    const errors = [
      { type: 'NOT_FOUND', path: ['repository', 'pr1'], message: 'not there' },
      { type: 'FORBIDDEN', path: ['repository', 'pr2'], message: 'Not for you' },
    ];
    const body = JSON.stringify({ data: { repository: { pr1: null, pr2: null } }, errors });
    const github = hands.client({ fetch: answering(200, body, JSON_TYPE) });
    expect(await github.readPulls([1, 2])).toMatchObject({
      ok: false,
      error: { kind: 'misconfigured', message: 'GitHub refuses us: not there; Not for you' },
    });
  });
});
