// The GraphQL side of the forge: GitHub's schema rules, pages survive pull requests that close.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestForge } from '../support/forge.ts';

let forge: TestForge;
beforeEach(async () => {
  forge = await TestForge.start();
});
afterEach(() => forge.close());

const inRepository = (fields: string): string =>
  `{ repository(owner: "acme", name: "widget") { ${fields} } }`;

test('a wrong query is an error, and so is a field that is not modelled', async () => {
  const wrong = await forge.graphql('alice', inRepository('pullRequests(first: 1) { nope }'));
  expect(wrong.errors[0].message).toMatch(/Cannot query field "nope"/);
  const value = await forge.graphql(
    'alice',
    inRepository('pullRequests(first: 1, states: [AJAR]) { totalCount }'),
  );
  expect(value.errors).toHaveLength(1);
  const unmodelled = await forge.graphql('alice', inRepository('stargazerCount'));
  expect(unmodelled.errors[0].message).toMatch(/does not model Repository.stargazerCount/);
  const none = await forge.graphql('alice', '{ repository(owner: "no", name: "no") { id } }');
  expect(none).toMatchObject({ data: { repository: null }, errors: [{ type: 'NOT_FOUND' }] });
  expect(
    (await forge.rest(null, 'POST', '//graphql', { query: '{ viewer { login } }' })).status,
  ).toBe(401);
});

test('pages continue by cursor when a pull request closes between them', async () => {
  const work = await forge.clone('alice');
  for (const n of [1, 2, 3, 4, 5]) await work.push(`pr/${n}`, `${n}.txt`, `${n}\n`, `Add ${n}`);
  const page = async (after: string | null) => {
    const query = `query($after: String) ${inRepository(`
      pullRequests(states: [OPEN], baseRefName: "main", first: 2, after: $after) {
        nodes { number } pageInfo { hasNextPage endCursor } }`)}`;
    return (await forge.graphql('bob', query, { after })).data.repository.pullRequests;
  };
  const first = await page(null);
  expect(first.nodes).toEqual([{ number: 1 }, { number: 2 }]);
  for (const n of [1, 2]) await forge.rest('alice', 'PATCH', `/pulls/${n}`, { state: 'closed' });
  const second = await page(first.pageInfo.endCursor);
  expect(second.nodes).toEqual([{ number: 3 }, { number: 4 }]);
  const third = await page(second.pageInfo.endCursor);
  expect(third).toMatchObject({ nodes: [{ number: 5 }], pageInfo: { hasNextPage: false } });
});

test('everything that a decision needs is on a pull request', async () => {
  const work = await forge.clone('alice');
  const sha = await work.push('pr/one', 'one.txt', '1\n', 'Add one');
  const status = { state: 'success', context: 'ci', target_url: 'http://x/' };
  await forge.rest('bob', 'POST', `/statuses/${sha}`, status);
  await forge.rest('bob', 'POST', '/issues/1/labels', { labels: ['wip'] });
  await forge.rest('eve', 'POST', '/pulls/1/reviews', { event: 'APPROVE' });
  await forge.rest('bob', 'POST', '/pulls/1/reviews', { event: 'APPROVE' });
  const query = inRepository(`pullRequest(number: 1) {
    id number title state isDraft merged author { login ... on User { databaseId name } }
    headRefOid headRefName headRepository { nameWithOwner owner { login } } isCrossRepository
    headRef { id name target { oid } } labels(first: 10) { nodes { name } } reviewDecision
    assignees(first: 10) { nodes { login } }
    reviewRequests(first: 10) { nodes { requestedReviewer { ... on User { login } } } }
    latestOpinionatedReviews(first: 10, writersOnly: true) {
      nodes { state author { login } commit { oid } } }
    commits(last: 1) { nodes { commit { oid tree { oid } parents(first: 2) { nodes { oid } }
      committer { name date user { login } } } } }
    statusCheckRollup { state contexts(first: 100) { nodes { __typename
      ... on StatusContext { context state targetUrl creator { login } isRequired(pullRequestNumber: 1) }
      ... on CheckRun { name } } } } }`);
  const { data, errors } = await forge.graphql('bob', query);
  expect(errors).toBeUndefined();
  expect(data.repository.pullRequest).toMatchObject({
    state: 'OPEN',
    author: { login: 'alice', name: 'Alice Ash' },
    headRefOid: sha,
    headRef: { name: 'pr/one', target: { oid: sha } },
    headRepository: { nameWithOwner: 'acme/widget' },
    isCrossRepository: false,
    labels: { nodes: [{ name: 'wip' }] },
    reviewDecision: null,
    latestOpinionatedReviews: { nodes: [{ state: 'APPROVED', author: { login: 'bob' } }] },
    commits: { nodes: [{ commit: { oid: sha, committer: { name: 'alice' } } }] },
    statusCheckRollup: {
      state: 'SUCCESS',
      contexts: { nodes: [{ __typename: 'StatusContext', context: 'ci', isRequired: false }] },
    },
  });
});

test('whether it merges is not known at first, then it is', async () => {
  await forge.turn({ test_merge: 'fresh' });
  const work = await forge.clone('alice');
  await work.push('pr/good', 'one.txt', '1\n', 'good');
  await work.push('pr/bad', 'hello.txt', 'bad\n', 'bad');
  await work.push('main', 'hello.txt', 'changed\n', 'main moves');
  const query = inRepository(`pullRequests(first: 2) { nodes { mergeable
    potentialMergeCommit { parents(first: 2) { nodes { oid } } } } }`);
  const read = async () => (await forge.graphql('bob', query)).data.repository.pullRequests.nodes;
  expect(await read()).toMatchObject([{ mergeable: 'UNKNOWN' }, { mergeable: 'UNKNOWN' }]);
  await expect
    .poll(async () => (await read()).map(({ mergeable }: { mergeable: string }) => mergeable))
    .toEqual(['MERGEABLE', 'CONFLICTING']);
  const main = await forge.ref('refs/heads/main');
  expect((await read())[0].potentialMergeCommit.parents.nodes[0].oid).toBe(main);
});

test('objects are read by SHA and by expression', async () => {
  const query = inRepository(`
    file: object(expression: "main:hello.txt") { ... on Blob { text byteSize isBinary isTruncated } }
    none: object(expression: "main:none.txt") { oid }
    ref(qualifiedName: "refs/heads/main") { name target { ... on Commit { message tree { oid } } } }
    refs(refPrefix: "refs/heads/", first: 5) { nodes { name } }`);
  expect((await forge.graphql('bob', query)).data.repository).toMatchObject({
    file: { text: 'hello\n', byteSize: 6, isBinary: false, isTruncated: false },
    none: null,
    ref: { name: 'main', target: { message: 'first' } },
    refs: { nodes: [{ name: 'main' }] },
  });
});
