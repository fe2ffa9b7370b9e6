// GraphQL: a repository, the way in to everything that is read. Fields that cost git anything are
// functions, called only when asked for.

import { nodeId } from '../json/node-id.ts';
import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { accountNode, objectNode, refNode } from './nodes.ts';
import { pullNode } from './pull.ts';

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
    isPrivate: record.settings.private,
    visibility: record.settings.private ? 'PRIVATE' : 'PUBLIC',
    isArchived: false,
    squashMergeAllowed: record.settings.allow_squash_merge,
    mergeCommitAllowed: record.settings.allow_merge_commit,
    deleteBranchOnMerge: record.settings.delete_branch_on_merge,
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
