// GitHub's JSON of a pull request -> facts, with all that may be missing from it.
import { describe, expect, it } from 'vitest';
import { PullNode } from '../../schemas/github-api.ts';
import type { ReportedCheck } from '../../schemas/state.ts';
import { pullFacts, pullRead } from '../../src/clients/github/pull-facts.ts';
import { NOON, sha } from '../support/builders.ts';

const TIME = new Date(NOON).toISOString();
const EARLIER = new Date(NOON - 60_000).toISOString();

const PLACE = { repo: 'acme/bakery', base: 'main', checkName: 'sluice', fixed: ['main', 'stable'] };

const COMMIT = { oid: sha(1), committedDate: EARLIER, status: null, statusCheckRollup: null };
const commits = (change: object = {}) => ({ nodes: [{ commit: { ...COMMIT, ...change } }] });
const rollup = (...nodes: object[]) => ({
  contexts: { nodes, pageInfo: { hasNextPage: false, endCursor: null } },
});

const ANSWER = {
  number: 7,
  title: 'Bake bread',
  body: 'Why not?',
  state: 'OPEN',
  isDraft: false,
  createdAt: TIME,
  author: { __typename: 'User', login: 'alice', name: 'Alice Ash', databaseId: 11 },
  baseRefName: 'main',
  headRefName: 'bread',
  headRefOid: sha(1),
  headRepository: { nameWithOwner: 'acme/bakery' },
  headRef: { associatedPullRequests: { totalCount: 1 } },
  labels: { nodes: [{ name: 'WIP' }] },
  assignees: { nodes: [{ login: 'bob' }] },
  reviewRequests: { nodes: [{ requestedReviewer: { __typename: 'User', login: 'carol' } }] },
  reviewDecision: null,
  potentialMergeCommit: null,
  latestOpinionatedReviews: {
    nodes: [{ state: 'APPROVED', author: { __typename: 'User', login: 'bob' } }],
  },
  commits: commits(),
};
const factsOf = (change: object = {}) => pullFacts(PullNode.parse({ ...ANSWER, ...change }), PLACE);
const withContexts = (...nodes: object[]) =>
  factsOf({ commits: commits({ statusCheckRollup: rollup(...nodes) }) });

const status = (state: string, createdAt = TIME, context = 'lint') => ({
  __typename: 'StatusContext',
  context,
  state,
  description: 'words',
  targetUrl: 'https://x',
  createdAt,
});
const run = (databaseId: number, conclusion: string | null, app = 1) => ({
  __typename: 'CheckRun',
  name: 'lint',
  databaseId,
  status: conclusion === null ? 'IN_PROGRESS' : 'COMPLETED',
  conclusion,
  checkSuite: { app: { databaseId: app } },
});

describe('S2.3 the facts of a pull request', () => {
  it('are read from the answer', () => {
    expect(factsOf()).toEqual({
      number: 7,
      title: 'Bake bread',
      body: 'Why not?',
      draft: false,
      author: {
        login: 'alice',
        name: 'Alice Ash',
        email: '11+alice@users.noreply.github.com',
      },
      assignees: ['bob'],
      reviewers: ['carol'],
      labels: ['WIP'],
      source: {
        sha: sha(1),
        branch: 'bread',
        repo: 'acme/bakery',
        committedAt: NOON - 60_000,
        movable: true,
      },
      review: { decision: null, approvedBy: ['bob'], changesRequestedBy: [] },
      checks: [],
      shown: null,
      testMerge: null,
      createdAt: NOON,
    });
  });

  it.each<[what: string, change: object, facts: object]>([
    [
      'an account that was deleted',
      { author: null },
      { author: { login: 'ghost', name: 'ghost', email: 'ghost@users.noreply.github.com' } },
    ],
    [
      'an account without a name',
      { author: { __typename: 'User', login: 'alice', name: '', databaseId: 11 } },
      { author: { login: 'alice', name: 'alice', email: '11+alice@users.noreply.github.com' } },
    ],
    [
      'a bot, which has no name, and goes by its login with the suffix everywhere else',
      { author: { __typename: 'Bot', login: 'dependabot', databaseId: 49699333 } },
      {
        author: {
          login: 'dependabot[bot]',
          name: 'dependabot[bot]',
          email: '49699333+dependabot[bot]@users.noreply.github.com',
        },
      },
    ],
    [
      'a fork that was deleted',
      { headRepository: null },
      {
        source: {
          sha: sha(1),
          branch: 'bread',
          repo: null,
          committedAt: NOON - 60_000,
          movable: false,
        },
      },
    ],
    [
      'a merge by GitHub',
      {
        potentialMergeCommit: {
          ...{ oid: sha(4), tree: { oid: sha(5) } },
          parents: { nodes: [{ oid: sha(3) }, { oid: sha(1) }] },
        },
      },
      { testMerge: { sha: sha(4), tree: sha(5), parents: [sha(3), sha(1)] } },
    ],
    ['no labels', { labels: null }, { labels: [] }],
    [
      'a label that may not be seen',
      { labels: { nodes: [null, { name: 'x' }] } },
      { labels: ['x'] },
    ],
    [
      'a team is asked for review',
      { reviewRequests: { nodes: [{ requestedReviewer: { __typename: 'Team' } }] } },
      { reviewers: ['a team'] },
    ],
    [
      'a bot is asked for review',
      { reviewRequests: { nodes: [{ requestedReviewer: { __typename: 'Bot' } }] } },
      { reviewers: [] },
    ],
    [
      'somebody who may not be seen is asked for review',
      {
        reviewRequests: {
          nodes: [{ requestedReviewer: { __typename: 'Mannequin' } }, { requestedReviewer: null }],
        },
      },
      { reviewers: ['somebody else', 'somebody else'] },
    ],
    ['review requests that may not be seen', { reviewRequests: null }, { reviewers: [] }],
    [
      'a head that the list of commits does not show yet',
      {
        commits: commits({
          oid: sha(9),
          status: { context: { context: 'sluice', state: 'SUCCESS', createdAt: TIME } },
          statusCheckRollup: rollup(status('SUCCESS')),
        }),
      },
      {
        source: { sha: sha(1), branch: 'bread', repo: 'acme/bakery', committedAt: null },
        checks: [],
        shown: null,
      },
    ],
    [
      'all kinds of reviews',
      {
        reviewDecision: 'CHANGES_REQUESTED',
        latestOpinionatedReviews: {
          nodes: [
            { state: 'APPROVED', author: { __typename: 'User', login: 'bob' } },
            { state: 'CHANGES_REQUESTED', author: { __typename: 'User', login: 'carol' } },
            { state: 'DISMISSED', author: { __typename: 'User', login: 'dave' } },
            { state: 'APPROVED', author: null },
            { state: 'APPROVED', author: { __typename: 'Bot', login: 'eve' } },
            null,
          ],
        },
      },
      {
        review: {
          decision: 'changes_requested',
          approvedBy: ['bob', 'eve[bot]'],
          changesRequestedBy: ['carol'],
        },
      },
    ],
  ])('%s', (_what, change, facts) => {
    expect(factsOf(change)).toMatchObject(facts);
  });
});

describe('S2.3 whether a pull request is here', () => {
  it.each<[what: string, change: object, read: object]>([
    ['open', {}, { kind: 'open', facts: { number: 7 } }],
    ['merged', { state: 'MERGED' }, { kind: 'gone', number: 7, how: 'merged' }],
    ['closed', { state: 'CLOSED' }, { kind: 'gone', number: 7, how: 'closed' }],
    ['retargeted', { baseRefName: 'stable' }, { kind: 'gone', number: 7, how: 'retargeted' }],
  ])('%s', (_what, change, read) => {
    expect(pullRead(PullNode.parse({ ...ANSWER, ...change }), PLACE)).toMatchObject(read);
  });
});

const lint = (
  state: ReportedCheck['state'],
  app: ReportedCheck['app'] = null,
  required = false,
) => ({
  ...{ name: 'lint', app },
  ...{ state, required },
});

describe('S7.8 the newest report of each check counts', () => {
  it.each<[reports: string, nodes: object[], checks: ReportedCheck[]]>([
    ['a status that succeeded', [status('SUCCESS')], [lint('success')]],
    ['a status that was announced', [status('EXPECTED')], [lint('pending')]],
    ['a status that is pending', [status('PENDING')], [lint('pending')]],
    ['a status in error', [status('ERROR')], [lint('failure')]],
    ['a status that failed', [status('FAILURE')], [lint('failure')]],
    ['a run under way', [run(1, null)], [lint('pending', 1)]],
    ['a run that succeeded', [run(1, 'SUCCESS')], [lint('success', 1)]],
    ['a run that was skipped', [run(1, 'SKIPPED')], [lint('success', 1)]],
    ['a neutral run', [run(1, 'NEUTRAL')], [lint('success', 1)]],
    ['a run that failed', [run(1, 'FAILURE')], [lint('failure', 1)]],
    ['a run that was cancelled', [run(1, 'CANCELLED')], [lint('failure', 1)]],
    ['a run that timed out', [run(1, 'TIMED_OUT')], [lint('failure', 1)]],
    ['a run that wants action', [run(1, 'ACTION_REQUIRED')], [lint('failure', 1)]],
    [
      'a failed run superseded by one that succeeded',
      [run(1, 'FAILURE'), run(2, 'SUCCESS')],
      [lint('success', 1)],
    ],
    [
      'the same, listed the other way round',
      [run(2, 'SUCCESS'), run(1, 'FAILURE')],
      [lint('success', 1)],
    ],
    [
      'a success superseded by a run under way',
      [run(1, 'SUCCESS'), run(2, null)],
      [lint('pending', 1)],
    ],
    [
      'two apps with one name',
      [run(1, 'FAILURE', 1), run(2, 'SUCCESS', 2)],
      [lint('failure', 1), lint('success', 2)],
    ],
    [
      'a run and a status with one name',
      [run(1, 'FAILURE'), status('SUCCESS')],
      [lint('failure', 1), lint('success')],
    ],
    [
      'an older status superseded',
      [status('SUCCESS'), status('FAILURE', EARLIER)],
      [lint('success')],
    ],
    [
      'a status by an App, of which GitHub does not tell which',
      [{ ...status('SUCCESS'), creator: { __typename: 'Bot' } }],
      [lint('success', 'untold')],
    ],
    [
      'a status by a person',
      [{ ...status('SUCCESS'), creator: { __typename: 'User' }, isRequired: true }],
      [lint('success', null, true)],
    ],
    [
      'a run that is required',
      [{ ...run(1, 'SUCCESS'), isRequired: true }],
      [lint('success', 1, true)],
    ],
    ['a run without an app', [{ ...run(1, 'SUCCESS'), checkSuite: null }], [lint('success')]],
  ])('%s', (_reports, nodes, checks) => {
    expect(withContexts(...nodes).checks).toEqual(checks);
  });
});

describe('S9.1 our own check as GitHub shows it', () => {
  const own = (change: object) => ({
    context: 'Sluice',
    state: 'ERROR',
    description: 'words',
    targetUrl: 'https://x',
    createdAt: TIME,
    ...change,
  });
  const shownAs = (status: object | null, ...nodes: object[]) =>
    factsOf({ commits: commits({ status, statusCheckRollup: rollup(...nodes) }) }).shown;

  it.each<[what: string, status: object | null, shown: object | null]>([
    ['no status at all', null, null],
    ['none of ours', { context: null }, null],
    [
      'it is there',
      { context: own({}) },
      { state: 'error', description: 'words', url: 'https://x' },
    ],
    [
      'one without words',
      { context: own({ state: 'FAILURE', description: null, targetUrl: null }) },
      { state: 'failure', description: '', url: '' },
    ],
  ])('%s', (_what, status, shown) => {
    expect(shownAs(status)).toEqual(shown);
  });

  it("a check run of somebody else's with the same name is not ours", () => {
    expect(shownAs(null, { ...run(1, 'SUCCESS'), name: 'sluice' })).toBe(null);
  });
});

describe('S7.5 whose source branch a landing may move', () => {
  it.each<[whose: string, change: object, movable: boolean]>([
    ['of the same repository', {}, true],
    ['in another case', { headRepository: { nameWithOwner: 'Acme/Bakery' } }, true],
    ["a fork's", { headRepository: { nameWithOwner: 'eve/bakery' } }, false],
    ['of a fork that was deleted', { headRepository: null, headRef: null }, false],
    ['that is gone', { headRef: null }, false],
    [
      'of two open pull requests',
      { headRef: { associatedPullRequests: { totalCount: 2 } } },
      false,
    ],
    ['that is watched itself, or the default branch', { headRefName: 'stable' }, false],
    ['named as one of those but for its case', { headRefName: 'Stable' }, true],
  ])('one %s', (_whose, change, movable) => {
    expect(factsOf(change).source.movable).toBe(movable);
  });
});
