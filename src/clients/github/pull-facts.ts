// GitHub's JSON of a pull request -> the facts that the core computes with. Pure.
import type {
  Actor,
  CheckNode,
  OwnRun,
  OwnSuites,
  PullNode,
  ReviewRequest,
  StatusContext,
} from '../../../schemas/github-api.ts';
import type { PullFacts, ReportedCheck, Review } from '../../../schemas/state.ts';
import type { PullRead } from '../../core/observation.ts';

/** Where a pull request is looked at from. */
export interface Place {
  /** `owner/repo` of the watched branch. */
  readonly repo: string;
  /** The watched branch; a pull request against any other is none of ours. */
  readonly base: string;
  readonly checkName: string;
  /** Branches that a landing never moves but as their own: the watched ones and the default branch. */
  readonly fixed: readonly string[];
}

export function pullRead(node: PullNode, place: Place): PullRead {
  if (node.state !== 'OPEN')
    return {
      kind: 'gone',
      number: node.number,
      how: node.state === 'MERGED' ? 'merged' : 'closed',
    };
  if (node.baseRefName !== place.base)
    return { kind: 'gone', number: node.number, how: 'retargeted' };
  return { kind: 'open', facts: pullFacts(node, place) };
}

export function pullFacts(node: PullNode, place: Place): PullFacts {
  const commit = present(node.commits).find(({ commit }) => commit.oid === node.headRefOid)?.commit;
  const contexts = commit?.statusCheckRollup ? present(commit.statusCheckRollup.contexts) : [];
  return {
    number: node.number,
    title: node.title,
    body: node.body,
    draft: node.isDraft,
    author: authorOf(node),
    assignees: present(node.assignees).map(({ login }) => login),
    reviewers: present(node.reviewRequests).flatMap(reviewerOf),
    labels: present(node.labels).map(({ name }) => name),
    source: {
      sha: node.headRefOid,
      branch: node.headRefName,
      repo: node.headRepository?.nameWithOwner ?? null,
      committedAt: commit ? Date.parse(commit.committedDate) : null,
      movable: isMovable(node, place),
    },
    review: reviewOf(node),
    checks: newestChecks(contexts),
    shown: shownStatus(commit?.status?.context ?? null) ?? shownRun(ownRun(commit?.checkSuites)),
    testMerge: testMergeOf(node),
    createdAt: Date.parse(node.createdAt),
  };
}

/**
 * A team's name is told only to whom its organization's members are, and that somebody is asked is all that we need of it. A
 * bot that looks at everything is not somebody. What has no login has a blank in its name, so that it is nobody's.
 */
function reviewerOf({ requestedReviewer: asked }: ReviewRequest): string[] {
  if (asked?.__typename === 'Bot') return [];
  return [asked?.login ?? (asked?.__typename === 'Team' ? 'a team' : 'somebody else')];
}

function testMergeOf({ potentialMergeCommit: merge }: PullNode): PullFacts['testMerge'] {
  if (!merge) return null;
  return {
    sha: merge.oid,
    tree: merge.tree.oid,
    parents: present(merge.parents).map(({ oid }) => oid),
  };
}

/**
 * It lives in the same repository, and is this pull request's branch and nothing else. Whether rules keep it where it is only
 * an administrator is told, so that this is found out by landing.
 */
const isMovable = ({ headRepository, headRef, headRefName }: PullNode, place: Place): boolean =>
  headRepository?.nameWithOwner.toLowerCase() === place.repo.toLowerCase() &&
  headRef !== null &&
  headRef.associatedPullRequests.totalCount === 1 &&
  !place.fixed.includes(headRefName);

/** GitHub leaves out what it cannot show. */
export const present = <T>(
  connection: { nodes: readonly (T | null)[] | null } | null | undefined,
): T[] => (connection?.nodes ?? []).filter((node) => node !== null);

/** As REST, GitHub's pages and people write it: GraphQL alone leaves out what tells a bot from a user of its name. */
const loginOf = ({ __typename, login }: Actor): string =>
  __typename === 'Bot' ? `${login}[bot]` : login;

/** With the address that GitHub credits to the account whatever its mail settings are. */
function authorOf({ author }: PullNode): PullFacts['author'] {
  const login = author ? loginOf(author) : 'ghost';
  const id = author?.databaseId;
  return {
    login,
    name: gitName(author?.name ?? '') ?? login,
    email: `${id ? `${id}+` : ''}${login}@users.noreply.github.com`,
  };
}

/** A name as git can keep it in a commit; null when nothing of it says anything. */
function gitName(name: string): string | null {
  const kept = name.replace(/[<>\p{Cc}]/gu, '').trim();
  return /[\p{L}\p{N}]/u.test(kept) ? kept : null;
}

function reviewOf(node: PullNode): Review {
  const reviews = present(node.latestOpinionatedReviews);
  const by = (state: string): string[] =>
    reviews.flatMap((review) =>
      review.state === state && review.author ? [loginOf(review.author)] : [],
    );
  const decisions = {
    APPROVED: 'approved',
    CHANGES_REQUESTED: 'changes_requested',
    REVIEW_REQUIRED: 'review_required',
  } as const;
  return {
    decision: node.reviewDecision ? decisions[node.reviewDecision] : null,
    approvedBy: by('APPROVED'),
    changesRequestedBy: by('CHANGES_REQUESTED'),
  };
}

/** The rollup keeps superseded runs; only the newest of each (name, app) counts (P11). */
function newestChecks(contexts: readonly CheckNode[]): ReportedCheck[] {
  const newest = new Map<string, { order: number; check: ReportedCheck }>();
  for (const node of contexts) {
    const check = reportedCheck(node);
    const order =
      node.__typename === 'CheckRun' ? (node.databaseId ?? 0) : Date.parse(node.createdAt);
    const key = `${node.__typename} ${check.app} ${check.name}`;
    const known = newest.get(key);
    if (!known || known.order <= order) newest.set(key, { order, check });
  }
  return [...newest.values()].map(({ check }) => check);
}

function reportedCheck(node: CheckNode): ReportedCheck {
  const required = node.isRequired ?? false;
  if (node.__typename === 'StatusContext') {
    const states = {
      SUCCESS: 'success',
      EXPECTED: 'pending',
      PENDING: 'pending',
      ERROR: 'failure',
      FAILURE: 'failure',
    } as const;
    const app = node.creator?.__typename === 'Bot' ? 'untold' : null;
    return { name: node.context, app, state: states[node.state], required };
  }
  const app = node.checkSuite?.app?.databaseId ?? null;
  if (node.status !== 'COMPLETED') return { name: node.name, app, state: 'pending', required };
  const passes = ['SUCCESS', 'NEUTRAL', 'SKIPPED'].includes(node.conclusion ?? '');
  return { name: node.name, app, state: passes ? 'success' : 'failure', required };
}

function shownStatus(own: StatusContext | null): PullFacts['shown'] {
  if (!own) return null;
  const states = {
    SUCCESS: 'success',
    EXPECTED: 'pending',
    PENDING: 'pending',
    ERROR: 'error',
    FAILURE: 'failure',
  } as const;
  return { state: states[own.state], description: own.description ?? '', url: own.targetUrl ?? '' };
}

const ownRun = (suites: OwnSuites): OwnRun | null =>
  present(suites ?? null).flatMap(({ checkRuns }) => present(checkRuns))[0] ?? null;

function shownRun(own: OwnRun | null): PullFacts['shown'] {
  if (!own) return null;
  const result = own.conclusion === 'SUCCESS' ? 'success' : 'failure';
  return {
    state: own.status === 'COMPLETED' ? result : 'pending',
    description: own.title ?? '',
    url: own.detailsUrl ?? '',
    words: own.externalId ?? '',
  };
}
