// GraphQL: a pull request, and through it everything that a decision about it needs.

import { changedFiles } from '../history.ts';
import { nodeId } from '../json/node-id.ts';
import { labelJson } from '../json/pull.ts';
import type { Pull, Review } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { latestOpinionated, reviewDecision } from '../protection.ts';
import { mergeableState, trialOf } from '../pull-facts.ts';
import type { Repository } from '../repositories.ts';
import { testMergeOf } from '../test-merge.ts';
import type { World } from '../world.ts';
import { rollupNode } from './checks.ts';
import { connection, type PageArguments } from './connection.ts';
import { accountNode, commitNode, refNode } from './nodes.ts';
import { teamNode } from './people.ts';
import { repositoryNode } from './repository.ts';
import { isBy } from './viewer.ts';

const STATES = { open: 'OPEN', closed: 'CLOSED', merged: 'MERGED' } as const;

export function pullNode(world: World, repository: Repository, pull: Pull): object {
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
    statusCheckRollup: () => rollupNode(world, repository, pull.head.sha),
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    mergeQueueEntry: null,
    autoMergeRequest: null,
    // There are no issues here that it could close.
    closingIssuesReferences: (page: PageArguments) => connection([], page, () => null),
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

/** Oldest first, all of them, where REST ends at 250. The last one is the head, which needs no walk. */
async function commitsOf(
  repository: Repository,
  pull: Pull,
  page: PageArguments,
): Promise<string[]> {
  if (page.last === 1 && page.before == null && page.after == null) return [pull.head.sha];
  return (await repository.git.commitsSince(pull.head.sha, pull.base.sha)).toReversed();
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
      const trial = trialOf(world, repository, pull, 'reads');
      if (trial === undefined) return 'UNKNOWN';
      return trial.kind === 'clean' ? 'MERGEABLE' : 'CONFLICTING';
    },
    mergeStateStatus: () => {
      const trial = trialOf(world, repository, pull, 'looks');
      const mergeable = trial === undefined ? null : trial.kind === 'clean';
      return mergeableState(world, repository, pull, mergeable).toUpperCase();
    },
    potentialMergeCommit: async () => {
      const sha = testMergeOf(world, repository, pull)?.commit ?? null;
      const commit = sha === null ? null : await repository.git.commit(sha);
      return commit === null ? null : commitNode(world, repository, commit);
    },
  };
}

function discussionFields(world: World, repository: Repository, pull: Pull) {
  const isWriter = (login: string) => world.canPush(repository, world.account(login));
  const { knobs, owner } = repository.record;
  const person = (login: string) => accountNode(world, world.account(login));
  const review = (one: Review) => reviewNode(world, repository, one);
  return {
    reviewDecision: () =>
      knobs.review_decision === 'null' ? null : reviewDecision(world, repository, pull),
    labels: (page: PageArguments) =>
      connection(pull.labels, page, (name) => {
        const { node_id: id, color } = labelJson(world, repository, name);
        return { id, name, color };
      }),
    assignees: (page: PageArguments) => connection(pull.assignees, page, person),
    reviewRequests: (page: PageArguments) => {
      const people = pull.reviewers.map((login) => ({ of: login, reviewer: person(login) }));
      const teams = pull.teams.flatMap((slug) => {
        const team = world.accounts.findTeam(owner, slug);
        return team === undefined ? [] : [{ of: `team_${slug}`, reviewer: teamNode(world, team) }];
      });
      return connection([...people, ...teams], page, ({ of, reviewer }) => ({
        id: `RR_${pull.id}_${of}`,
        asCodeOwner: false,
        requestedReviewer: reviewer,
      }));
    },
    reviews: (page: PageArguments) => connection(pull.reviews, page, review),
    latestOpinionatedReviews: (page: PageArguments & { readonly writersOnly?: boolean }) => {
      const all = latestOpinionated(pull);
      const shown = page.writersOnly === true ? all.filter((one) => isWriter(one.author)) : all;
      return connection(shown, page, review);
    },
    comments: (page: PageArguments) =>
      connection(pull.comments, page, (said, viewer) => ({
        id: nodeId('Comment', said.id),
        databaseId: said.id,
        body: said.body,
        viewerDidAuthor: isBy(viewer, said.author),
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
