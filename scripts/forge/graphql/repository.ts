// GraphQL: a repository, the way in to everything that is read, and its pull requests, which lead back
// to repositories. Fields that cost git anything are functions, called only when asked for.

import { changedFiles } from '../history.ts';
import { labelJson, nodeId } from '../json.ts';
import { fullName, type Pull, type Review } from '../model.ts';
import { latestOpinionated, reviewDecision } from '../protection.ts';
import { trialOf } from '../pull-facts.ts';
import { Refusal } from '../refusal.ts';
import type { Repository, World } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { accountNode, commitNode, objectNode, refNode, rollupNode } from './nodes.ts';

const STATES = { open: 'OPEN', closed: 'CLOSED', merged: 'MERGED' } as const;

interface PullsArguments extends PageArguments {
  readonly states?: readonly ('OPEN' | 'CLOSED' | 'MERGED')[] | null;
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: {
    readonly field: 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS';
    readonly direction: 'ASC' | 'DESC';
  } | null;
}

export function repositoryNode(world: World, repository: Repository): object {
  const { record, git } = repository;
  const ref = (name: string) => {
    const full = name.startsWith('refs/') ? name : `refs/heads/${name}`;
    const sha = git.refs.get(full);
    return sha === undefined ? null : refNode(world, repository, full, sha);
  };
  return {
    id: nodeId('Repository', record.id),
    databaseId: record.id,
    name: record.name,
    nameWithOwner: fullName(record),
    owner: accountNode(world, world.account(record.owner)),
    url: `${world.url}/${fullName(record)}`,
    isFork: record.parent !== null,
    isPrivate: false,
    isArchived: false,
    squashMergeAllowed: true,
    mergeCommitAllowed: true,
    rebaseMergeAllowed: false,
    defaultBranchRef: () => ref(record.defaultBranch),
    ref: ({ qualifiedName }: { readonly qualifiedName: string }) => ref(qualifiedName),
    refs: ({ refPrefix, ...page }: PageArguments & { readonly refPrefix: string }) => {
      const names = [...git.refs].filter(([name]) => name.startsWith(refPrefix));
      const node = ([name, sha]: readonly [string, string]) =>
        refNode(world, repository, name, sha);
      return connection(names, page, node, { key: ([name]) => [name] });
    },
    object: async (asked: {
      readonly oid?: string | null;
      readonly expression?: string | null;
    }) => {
      const object = await git.object(asked.oid ?? asked.expression ?? '');
      return object === null ? null : objectNode(world, repository, object);
    },
    pullRequest: ({ number }: { readonly number: number }) => {
      const pull = record.pulls.find((candidate) => candidate.number === number);
      if (pull !== undefined) return pullNode(world, repository, pull);
      throw new Refusal(404, `Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (asked: PullsArguments) => pullsConnection(world, repository, asked),
  };
}

function pullsConnection(world: World, repository: Repository, asked: PullsArguments) {
  const { states, baseRefName, headRefName, labels, orderBy } = asked;
  const chosen = repository.record.pulls.filter(
    (pull) =>
      (states == null || states.includes(STATES[pull.state.kind])) &&
      (baseRefName == null || pull.base.ref === baseRefName) &&
      (headRefName == null || pull.head.ref === headRefName) &&
      (labels == null || labels.some((label) => pull.labels.includes(label))),
  );
  const sortKey = (pull: Pull): string | number => {
    if (orderBy?.field === 'UPDATED_AT') return pull.updatedAt;
    return orderBy?.field === 'COMMENTS' ? pull.comments.length : pull.createdAt;
  };
  return connection(chosen, asked, (pull) => pullNode(world, repository, pull), {
    key: (pull) => [sortKey(pull), pull.number],
    descending: orderBy?.direction === 'DESC',
  });
}

function pullNode(world: World, repository: Repository, pull: Pull): object {
  const { state } = pull;
  const commit = async (sha: string) => {
    const found = await repository.git.commit(sha);
    return found === null ? null : commitNode(world, repository, found);
  };
  return {
    __typename: 'PullRequest',
    id: nodeId('PullRequest', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body,
    url: `${world.url}/${fullName(repository.record)}/pull/${pull.number}`,
    state: STATES[state.kind],
    isDraft: pull.draft,
    closed: state.kind !== 'open',
    closedAt: state.kind === 'open' ? null : state.at,
    merged: state.kind === 'merged',
    mergedAt: state.kind === 'merged' ? state.at : null,
    mergedBy: state.kind === 'merged' ? accountNode(world, world.account(state.by)) : null,
    mergeCommit: () => (state.kind === 'merged' ? commit(state.commit) : null),
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    author: accountNode(world, world.account(pull.author)),
    statusCheckRollup: () => rollupNode(world, repository, pull.head.sha, pull),
    isInMergeQueue: false,
    ...branchFields(world, repository, pull),
    ...mergeFields(world, repository, pull),
    ...discussionFields(world, repository, pull),
    commits: async (page: PageArguments) => {
      const shas = await commitsOf(repository, pull, page);
      return connection(shas, page, (sha) => ({ id: `PRC_${sha}`, commit: () => commit(sha) }));
    },
    changedFiles: async () => (await filesOf(repository, pull)).length,
    files: async (page: PageArguments) =>
      connection(await filesOf(repository, pull), page, ({ path, additions, deletions }) => ({
        path,
        additions,
        deletions,
      })),
  };
}

/** Oldest first. The last one is the head, which needs no walk. */
async function commitsOf(
  repository: Repository,
  pull: Pull,
  page: PageArguments,
): Promise<string[]> {
  if (page.last === 1 && page.before == null && page.after == null) return [pull.head.sha];
  return (await repository.git.commitsSince(pull.head.sha, [pull.base.sha], 250)).toReversed();
}

async function filesOf({ git }: Repository, { base, head }: Pull) {
  return changedFiles(git, (await git.mergeBase(base.sha, head.sha)) ?? base.sha, head.sha);
}

function branchFields(world: World, repository: Repository, pull: Pull) {
  const source = pull.head.repo === null ? undefined : world.find(pull.head.repo);
  const headName = `refs/heads/${pull.head.ref}`;
  const headSha = source?.git.refs.get(headName);
  const baseName = `refs/heads/${pull.base.ref}`;
  const baseSha = repository.git.refs.get(baseName);
  return {
    headRefOid: pull.head.sha,
    headRefName: pull.head.ref,
    headRef:
      source === undefined || headSha === undefined
        ? null
        : () => refNode(world, source, headName, headSha),
    headRepository: source === undefined ? null : () => repositoryNode(world, source),
    headRepositoryOwner:
      source === undefined ? null : () => accountNode(world, world.account(source.record.owner)),
    isCrossRepository: source !== repository,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    baseRef: baseSha === undefined ? null : () => refNode(world, repository, baseName, baseSha),
    baseRepository: () => repositoryNode(world, repository),
  };
}

function mergeFields(world: World, repository: Repository, pull: Pull) {
  return {
    mergeable: () => {
      const trial = trialOf(world, repository, pull);
      if (trial === undefined) return 'UNKNOWN';
      return trial.kind === 'clean' ? 'MERGEABLE' : 'CONFLICTING';
    },
    potentialMergeCommit: () => {
      const trial = trialOf(world, repository, pull);
      return trial?.kind === 'clean' ? commitNode(world, repository, trial.commit) : null;
    },
  };
}

function discussionFields(world: World, repository: Repository, pull: Pull) {
  const isWriter = (login: string) => world.canPush(repository, world.account(login));
  const person = (login: string) => accountNode(world, world.account(login));
  const review = (one: Review) => reviewNode(world, repository, one);
  return {
    reviewDecision: () => reviewDecision(world.rules(repository, pull.base.ref), pull, isWriter),
    labels: (page: PageArguments) =>
      connection(pull.labels, page, (name) => {
        const { node_id: id, color } = labelJson(world, repository, name);
        return { id, name, color };
      }),
    assignees: (page: PageArguments) => connection(pull.assignees, page, person),
    reviewRequests: (page: PageArguments) =>
      connection(pull.reviewers, page, (login) => ({
        id: `RR_${pull.id}_${login}`,
        asCodeOwner: false,
        requestedReviewer: person(login),
      })),
    reviews: (page: PageArguments) => connection(pull.reviews, page, review),
    latestOpinionatedReviews: (page: PageArguments & { readonly writersOnly?: boolean }) => {
      const all = latestOpinionated(pull);
      const shown = page.writersOnly === true ? all.filter((one) => isWriter(one.author)) : all;
      return connection(shown, page, review);
    },
    comments: (page: PageArguments) =>
      connection(pull.comments, page, (said) => ({
        id: nodeId('Comment', said.id),
        databaseId: said.id,
        body: said.body,
        author: person(said.author),
        createdAt: said.createdAt,
        updatedAt: said.updatedAt,
      })),
  };
}

function reviewNode(world: World, repository: Repository, review: Review) {
  return {
    id: nodeId('Review', review.id),
    databaseId: review.id,
    state: review.state,
    body: review.body,
    author: accountNode(world, world.account(review.author)),
    submittedAt: review.submittedAt,
    commit: async () => {
      const commit = await repository.git.commit(review.commit);
      return commit === null ? null : commitNode(world, repository, commit);
    },
  };
}
