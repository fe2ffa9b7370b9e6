// How much may be asked: primary and secondary limits, what costs nothing, what a GraphQL query costs.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askRest, TestForge } from '../support/forge.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
});
afterAll(() => forge.close());
afterEach(async () => {
  const off = {
    points_per_minute: null,
    content_per_minute: null,
    content_per_hour: null,
    concurrent: null,
  };
  await forge.control('PATCH', '/limits', {
    rest_per_hour: 5000,
    graphql_points_per_hour: 5000,
    ...off,
  });
  await forge.control('DELETE', '/faults');
  // The hour of the test is over, and what it spent is forgotten.
  await forge.advance(3600);
});

const remaining = async () => {
  const { json } = await forge.rest('alice', 'GET', '//rate_limit');
  return [json.resources.core.remaining, json.resources.graphql.remaining];
};
const limit = (limits: object) => forge.control('PATCH', '/limits', limits);

describe('S3.3 the primary limit', () => {
  test('is one for all tokens of a person, and over until the hour is', async () => {
    await limit({ rest_per_hour: 3 });
    const { token } = await forge.control('POST', '/tokens', {
      kind: 'classic',
      login: 'alice',
      scopes: ['repo'],
    });
    const read = async (secret: string) => {
      const { status, json, headers } = await forge.restWith(secret, 'GET', '/branches');
      return [status, json.message, headers.get('x-ratelimit-remaining')];
    };
    expect(await read('alice-token')).toEqual([200, undefined, '2']);
    expect(await read(token)).toEqual([200, undefined, '1']);
    expect(await read(token)).toEqual([200, undefined, '0']);
    const over = await read('alice-token');
    expect(over).toEqual([
      403,
      expect.stringMatching(/^API rate limit exceeded for user ID \d+\.$/),
      '0',
    ]);
    expect((await read('bob-token'))[0]).toBe(200);
    const { headers } = await forge.restWith(token, 'GET', '/branches');
    expect(Number(headers.get('x-ratelimit-reset')) % 3600).toBe(0);
    expect((await remaining())[0]).toBe(0);
    await forge.advance(3600);
    expect(await read(token)).toEqual([200, undefined, '2']);
  });

  test('of GraphQL is told with 200, and counts points', async () => {
    await limit({ graphql_points_per_hour: 2 });
    const query = '{ viewer { login } rateLimit { cost remaining nodeCount } }';
    expect((await forge.graphql('alice', query)).data.rateLimit).toEqual({
      cost: 1,
      remaining: 1,
      nodeCount: 0,
    });
    await forge.graphql('alice', query);
    const over = await forge.rest('alice', 'POST', '//graphql', { query });
    expect(over).toMatchObject({ status: 200, json: { errors: [{ type: 'RATE_LIMITED' }] } });
    expect(over.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(over.headers.get('x-ratelimit-resource')).toBe('graphql');
  });
});

describe('S3.3 conditional requests', () => {
  const ask = (token: string, etag: string | null) =>
    askRest(
      forge.forge.url,
      `Bearer ${token}`,
      'GET',
      '/branches/main',
      undefined,
      etag === null ? {} : { 'if-none-match': etag },
    );

  test('a 304 costs nothing, until something changes', async () => {
    const first = await ask('alice-token', null);
    const etag = first.headers.get('etag');
    const before = await remaining();
    const second = await ask('alice-token', etag);
    expect([second.status, second.json]).toEqual([304, '']);
    expect(await remaining()).toEqual(before);
    await forge.commit('bob', 'main', 'changed.txt', `${Date.now()}\n`);
    expect((await ask('alice-token', etag)).status).toBe(200);
    expect((await remaining())[0]).toBe((before[0] ?? 0) - 1);
  });

  test('an ETag is the token’s own', async () => {
    const etag = (await ask('alice-token', null)).headers.get('etag');
    expect((await ask('bob-token', etag)).status).toBe(200);
    expect((await ask('alice-token', etag)).status).toBe(304);
  });
});

describe('S3.3 secondary limits', () => {
  test('so many that make something in a minute, with a retry-after', async () => {
    await limit({ content_per_minute: 2, retry_after_seconds: 7 });
    const sha = await forge.ref('refs/heads/main');
    const post = () => forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'pending' });
    expect([(await post()).status, (await post()).status]).toEqual([201, 201]);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '7']);
    expect(refused.json.message).toMatch(/secondary rate limit/);
    expect((await forge.rest('bob', 'GET', '/branches')).status).toBe(200);
    expect((await forge.graphql('bob', '{ viewer { login } }')).data.viewer.login).toBe('bob');
    const mutation =
      'mutation { updateRefs(input: { repositoryId: "x", refUpdates: [] }) { clientMutationId } }';
    expect((await forge.rest('bob', 'POST', '//graphql', { query: mutation })).status).toBe(403);
    await forge.advance(61);
    expect((await post()).status).toBe(201);
  });

  test('so many points in a minute, so many in an hour, so many at once', async () => {
    const sha = await forge.ref('refs/heads/main');
    const post = () => forge.rest('bob', 'POST', `/statuses/${sha}`, { state: 'pending' });
    await limit({ points_per_minute: 6 });
    expect([(await post()).status, (await post()).status]).toEqual([201, 403]);
    expect((await forge.rest('bob', 'GET', '/branches')).status).toBe(200);
    await forge.advance(61);
    await limit({ points_per_minute: null, content_per_hour: 2 });
    expect([(await post()).status, (await post()).status]).toEqual([201, 403]);
    await limit({ content_per_hour: null, concurrent: 2 });
    const match = { api: 'rest', path: '/pulls' };
    await forge.fault({ match, do: { delayMs: 300 }, times: 'always' });
    const ask = () => forge.rest('bob', 'GET', '/pulls?state=all');
    const many = await Promise.all(Array.from({ length: 5 }, ask));
    expect(many.map(({ status }) => status).toSorted()).toEqual([200, 200, 403, 403, 403]);
    expect((await ask()).status).toBe(200);
  });

  test.each([
    ['secondary_limit', 403, '60', null],
    ['secondary_limit_429', 429, '60', null],
    ['secondary_limit_silent', 403, null, null],
    ['primary_limit', 403, null, '0'],
  ])('%s can be ordered', async (answer, status, retryAfter, left) => {
    await forge.fault({ match: { api: 'rest' }, do: { answer } });
    const { headers, ...told } = await forge.rest('bob', 'GET', '/branches');
    expect([told.status, headers.get('retry-after')]).toEqual([status, retryAfter]);
    if (left !== null) expect(headers.get('x-ratelimit-remaining')).toBe(left);
    expect((await forge.rest('bob', 'GET', '/branches')).status).toBe(200);
  });
});

describe('S4.1 what a GraphQL query costs', () => {
  const pages = (first: number, inner: string) =>
    `query($first: Int!, $deep: Boolean!) { rateLimit { cost nodeCount } repository(owner: "acme", name: "widget") {
      pullRequests(first: $first) { nodes { ...parts @include(if: $deep) } } } }
      fragment parts on PullRequest { ${inner} } # ${first}`;
  const cost = async (first: number, inner: string, deep = true) =>
    (await forge.graphql('alice', pages(first, inner), { first, deep })).data.rateLimit;

  test('a hundredth of the lists that it fetches, at least one', async () => {
    const five = ['labels', 'assignees', 'reviewRequests', 'reviews']
      .map((name) => `${name}(first: 10) { totalCount }`)
      .join(' ');
    expect(await cost(25, five)).toEqual({ cost: 1, nodeCount: 25 + 25 * 40 });
    expect(await cost(100, five)).toEqual({ cost: 4, nodeCount: 100 + 100 * 40 });
    expect(await cost(100, five, false)).toEqual({ cost: 1, nodeCount: 100 });
  });

  test('one for too many nodes is refused', async () => {
    const deep =
      'commits(first: 100) { nodes { commit { statusCheckRollup { contexts(first: 100) { totalCount } } } } }';
    const answer = await forge.graphql('alice', pages(100, deep), { first: 100, deep: true });
    expect(answer.errors).toMatchObject([{ type: 'MAX_NODE_LIMIT_EXCEEDED' }]);
  });

  test('one that takes too long dies, and is paid for', async () => {
    await forge.turn({ graphql_nodes_max: 1000 });
    const [, before = 0] = await remaining();
    const five = 'labels(first: 40) { totalCount }';
    const ask = (first: number) =>
      forge.rest('alice', 'POST', '//graphql', {
        query: pages(first, five),
        variables: { first, deep: true },
      });
    const died = await ask(50);
    expect([died.status, died.json.message]).toEqual([
      502,
      expect.stringMatching(/couldn't respond to your request in time/),
    ]);
    expect((await ask(20)).status).toBe(200);
    expect((await remaining())[1]).toBe(before - 2);
    await forge.turn({ graphql_nodes_max: null });
  });
});
