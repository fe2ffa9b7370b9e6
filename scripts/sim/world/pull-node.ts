// A pull request of the in-memory world -> GitHub's JSON of it, as a query for it would answer.
import type { CheckNode, PullNode } from '../../../schemas/github-api.ts';
import type { Sha } from '../../../schemas/ids.ts';
import { runsOn } from './check-runs.ts';
import type { CommitGraph } from './commit-graph.ts';
import { type GithubWorld, headRef, type View, type WorldPull } from './github-world.ts';

const STATES = { open: 'OPEN', closed: 'CLOSED', merged: 'MERGED' } as const;
const STATUS_STATES = {
  pending: 'PENDING',
  success: 'SUCCESS',
  failure: 'FAILURE',
  error: 'ERROR',
  // A status has no other words for these.
  neutral: 'SUCCESS',
  skipped: 'SUCCESS',
} as const;

const LAST_PAGE = { hasNextPage: false, endCursor: null };
const LONG_AGO = '2026-01-05T00:00:00Z';

interface Asked {
  /** Our own check: an App's run of the name, or a status. */
  readonly check: string;
  readonly app: number | null;
  /** By its number, which is when GitHub says what is required. */
  readonly isAlone: boolean;
}

export function pullNode(world: GithubWorld, view: View, pull: WorldPull, own: Asked): PullNode {
  const { sha, committedAt } = pull.source;
  const commit = {
    oid: sha,
    committedDate: iso(committedAt),
    ...(own.app === null
      ? { status: { context: statusOf(view, sha, own.check) } }
      : { checkSuites: suitesOf(view, sha, own.app, own.check) }),
    statusCheckRollup: {
      contexts: { nodes: checkNodes(view, sha, own.isAlone), pageInfo: LAST_PAGE },
    },
  };
  return {
    ...ownFields(pull),
    reviewDecision: view.rules.review ? decisionOn(pull) : null,
    headRef: headOfPull(world, view, pull),
    potentialMergeCommit: testMergeOf(world, pull),
    commits: { nodes: world.hidesCommits ? [] : [{ commit }] },
  };
}

/** What there is to know of its merging. */
export const mergeNode = ({ state, base, source, mergeCommit }: WorldPull) => ({
  state: STATES[state],
  baseRefName: base,
  headRefOid: source.sha,
  mergeCommit: mergeCommit === undefined ? null : { oid: mergeCommit },
});

type OwnFields = Omit<PullNode, 'headRef' | 'commits' | 'reviewDecision' | 'potentialMergeCommit'>;
const known = new WeakMap<WorldPull, OwnFields>();

/** What follows from the pull request alone; asked for again and again, so it is remembered. */
function ownFields(pull: WorldPull): OwnFields {
  const made = known.get(pull) ?? makeOwnFields(pull);
  known.set(pull, made);
  return made;
}

function makeOwnFields(pull: WorldPull): OwnFields {
  const { number, title, body, draft, author, source, base, state, createdAt } = pull;
  return {
    number,
    title,
    body,
    state: STATES[state],
    isDraft: draft,
    createdAt: iso(createdAt),
    author: { ...actor(author), databaseId: author.length },
    baseRefName: base,
    headRefName: source.branch,
    headRefOid: source.sha,
    headRepository: source.repo === null ? null : { nameWithOwner: source.repo },
    labels: { nodes: pull.labels.map((name) => ({ name })) },
    assignees: { nodes: pull.assignees.map((login) => ({ login })) },
    reviewRequests: {
      nodes: pull.reviewers.map((login) => ({ requestedReviewer: { __typename: 'User', login } })),
    },
    latestOpinionatedReviews: { nodes: reviewsOf(pull) },
  };
}

type TestMerge = PullNode['potentialMergeCommit'];
const testMerges = new WeakMap<WorldPull, TestMerge>();

/** It stays as it was made, wherever the base goes. */
function testMergeOf({ graph, triesMerges }: GithubWorld, pull: WorldPull): TestMerge {
  if (!triesMerges) return null;
  const known = testMerges.get(pull);
  if (known !== undefined) return known;
  const made = makeTestMerge(graph, pull);
  testMerges.set(pull, made);
  return made;
}

function makeTestMerge(graph: CommitGraph, { source, triedOn }: WorldPull): TestMerge {
  const files = triedOn === null ? null : graph.merge(triedOn, source.sha);
  if (triedOn === null || files === null) return null;
  const parents = [triedOn, source.sha];
  const message = `Merge ${source.sha} into ${triedOn}`;
  const { sha, tree } = graph.commit({ files, parents, message, date: source.committedAt });
  return { oid: sha, tree: { oid: tree }, parents: { nodes: parents.map((oid) => ({ oid })) } };
}

function headOfPull(world: GithubWorld, view: View, { source }: WorldPull): PullNode['headRef'] {
  if (source.repo === world.repo && view.refs[headRef(source.branch)] === undefined) return null;
  if (source.repo === null) return null;
  const associated = Object.values(view.pulls).filter(
    (other) =>
      other.state === 'open' &&
      other.source.repo === source.repo &&
      other.source.branch === source.branch,
  );
  return { associatedPullRequests: { totalCount: associated.length } };
}

function decisionOn({ approvedBy, changesRequestedBy }: WorldPull): PullNode['reviewDecision'] {
  if (changesRequestedBy.length > 0) return 'CHANGES_REQUESTED';
  return approvedBy.length > 0 ? 'APPROVED' : 'REVIEW_REQUIRED';
}

/** GraphQL names bots without their suffix, and knows no other name of them. */
function actor(login: string) {
  const name = login.replace(/\[bot\]$/, '');
  return name === login
    ? { __typename: 'User', login, name: login }
    : { __typename: 'Bot', login: name };
}

const reviewsOf = ({ approvedBy, changesRequestedBy }: WorldPull) => [
  ...approvedBy.map((login) => ({ state: 'APPROVED', author: actor(login) })),
  ...changesRequestedBy.map((login) => ({ state: 'CHANGES_REQUESTED', author: actor(login) })),
];

function statusOf({ checks }: View, sha: Sha, context: string) {
  const shown = checks[`${sha} ${context}`];
  if (!shown) return null;
  const { state, description, url } = shown;
  return {
    context,
    state: STATUS_STATES[state],
    description,
    targetUrl: url,
    createdAt: LONG_AGO,
  };
}

function suitesOf(view: View, sha: Sha, app: number, name: string) {
  const newest = runsOn(view, sha, app, name).slice(-1);
  const nodes = newest.map(({ status, conclusion, title, url, words }) => ({
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    ...{ title, detailsUrl: url, externalId: words },
  }));
  return { nodes: nodes.length > 0 ? [{ checkRuns: { nodes } }] : [] };
}

/** Of a check run every run is listed, of a status the newest alone. */
function checkNodes({ reports, rules }: View, sha: Sha, isAlone: boolean): CheckNode[] {
  const runs = reports[sha] ?? [];
  return runs.flatMap(({ name, app, state, run }, index): CheckNode[] => {
    const isRequired = [...rules.ruleset, ...rules.classic].includes(name);
    const word = isAlone ? { isRequired } : {};
    if (app !== null)
      return [
        {
          __typename: 'CheckRun',
          name,
          databaseId: run,
          status: state === 'pending' ? 'IN_PROGRESS' : 'COMPLETED',
          conclusion: state === 'pending' ? null : state.toUpperCase(),
          checkSuite: { app: { databaseId: app } },
          ...word,
        },
      ];
    const isNewest = !runs
      .slice(index + 1)
      .some((later) => later.app === null && later.name === name);
    const status = { context: name, state: STATUS_STATES[state], createdAt: iso(run), ...word };
    return isNewest ? [{ __typename: 'StatusContext', ...status }] : [];
  });
}

const iso = (at: number): string => new Date(at).toISOString();
