// From GitHub's JSON of a pull request to facts, for what the forge has none of: check runs, which Apps
// report; teams; accounts and commits that are not there.
import { describe, expect, test } from 'vitest';
import { PullNode } from '../../schemas/github-api.ts';
import { pullFacts } from '../../src/clients/github/pull-facts.ts';
import { sha } from '../support/builders.ts';

const none = { nodes: [] };
const status = (context: string, state: string, minute: number, more = {}) => ({
  __typename: 'StatusContext',
  context,
  state,
  createdAt: `2026-05-06T07:${minute}:00Z`,
  ...more,
});
const run = (
  databaseId: number,
  name: string,
  conclusion: string | null,
  app: number | null = 15,
) => ({
  __typename: 'CheckRun',
  databaseId,
  name,
  status: conclusion === null ? 'IN_PROGRESS' : 'COMPLETED',
  conclusion,
  checkSuite: { app: app === null ? null : { databaseId: app } },
});

function factsOf(checks: readonly object[], more: object = {}) {
  const commit = {
    oid: sha(1),
    committedDate: '2026-05-06T07:08:09Z',
    status: null,
    statusCheckRollup: {
      contexts: { nodes: checks, pageInfo: { hasNextPage: false, endCursor: null } },
    },
  };
  const node = PullNode.parse({
    number: 7,
    title: 'Change 7',
    body: '',
    state: 'OPEN',
    isDraft: false,
    createdAt: '2026-05-06T07:00:00Z',
    author: { __typename: 'User', login: 'alice', databaseId: 1 },
    baseRefName: 'main',
    headRefName: 'change',
    headRefOid: sha(1),
    headRepository: null,
    headRef: null,
    labels: null,
    assignees: none,
    reviewRequests: null,
    reviewDecision: null,
    potentialMergeCommit: null,
    latestOpinionatedReviews: null,
    commits: { nodes: [{ commit }] },
    ...more,
  });
  return pullFacts(node, {
    repo: 'acme/widget',
    base: 'main',
    checkName: 'sluice',
    fixed: ['main'],
  });
}

describe('S7.8 P11 reported checks', () => {
  test.each([
    ['SUCCESS', 'success'],
    ['NEUTRAL', 'success'],
    ['SKIPPED', 'success'],
    ['FAILURE', 'failure'],
    ['CANCELLED', 'failure'],
    ['TIMED_OUT', 'failure'],
    ['ACTION_REQUIRED', 'failure'],
    ['STALE', 'failure'],
    ['STARTUP_FAILURE', 'failure'],
    [null, 'pending'],
  ])('a run that ends with %s is a %s', (conclusion, state) => {
    expect(factsOf([run(1, 'build', conclusion)]).checks).toMatchObject([
      { name: 'build', app: 15, state },
    ]);
  });

  test.each([1, -1])('only the newest run of a name and an App counts (order %d)', (order) => {
    const runs = [run(1, 'build', 'FAILURE'), run(2, 'build', 'SUCCESS')].toSorted(
      (a, b) => order * (a.databaseId - b.databaseId),
    );
    expect(factsOf(runs).checks).toMatchObject([{ name: 'build', app: 15, state: 'success' }]);
  });

  test('P10 of two Apps with one name, and a status of that name, each counts', () => {
    const checks = [
      run(1, 'build', 'FAILURE', 15),
      run(2, 'build', 'SUCCESS', 16),
      run(3, 'build', null, null),
      status('build', 'ERROR', 10),
    ];
    expect(factsOf(checks).checks).toHaveLength(4);
    expect(factsOf(checks.slice(0, 2)).checks).toMatchObject([
      { name: 'build', app: 15, state: 'failure' },
      { name: 'build', app: 16, state: 'success' },
    ]);
  });

  test('S9.1 a run of our name by somebody else is not ours', () => {
    expect(factsOf([run(1, 'sluice', 'SUCCESS')]).shown).toBe(null);
  });
});

describe('P19 what is not there', () => {
  test('the account of the author', () => {
    expect(factsOf([], { author: null }).author).toEqual({
      login: 'ghost',
      name: 'ghost',
      email: 'ghost@users.noreply.github.com',
    });
  });

  test('the head among the commits, which lag behind a push: no check is taken for its own', () => {
    const facts = factsOf([status('lint', 'SUCCESS', 10)], { headRefOid: sha(2) });
    expect(facts).toMatchObject({ source: { sha: sha(2), repo: null }, checks: [], shown: null });
  });

  test('a person: a team that is asked for review, a reviewer whose account is gone', () => {
    const facts = factsOf([], {
      reviewRequests: {
        nodes: [{ requestedReviewer: { __typename: 'Team' } }, { requestedReviewer: null }, null],
      },
      latestOpinionatedReviews: { nodes: [{ state: 'APPROVED', author: null }] },
    });
    expect(facts).toMatchObject({
      reviewers: ['a team', 'somebody else'],
      review: { approvedBy: [] },
    });
  });
});
