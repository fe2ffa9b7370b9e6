// GraphQL: accounts, git objects, refs and status rollups as plain objects, whose fields are values or
// functions of the field's arguments. What is not here is not modelled, and asking for it is an error.

import {
  type Commit,
  type Signature,
  shownMessage,
  signatureDate,
  splitMessage,
} from '../commit.ts';
import { nodeId, signer } from '../json.ts';
import { type Account, fullName, type Pull, type Status } from '../model.ts';
import type { GitObject } from '../object-reader.ts';
import { combinedState, newestStatuses } from '../statuses.ts';
import type { Repository, World } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';

const STATES = {
  error: 'ERROR',
  failure: 'FAILURE',
  pending: 'PENDING',
  success: 'SUCCESS',
} as const;

export function accountNode(world: World, account: Account) {
  return {
    __typename: account.kind,
    id: nodeId(account.kind, account.id),
    databaseId: account.id,
    login: account.login,
    name: account.name,
    url: `${world.url}/${account.login}`,
    resourcePath: `/${account.login}`,
    avatarUrl: `${world.url}/${account.login}.png`,
  };
}

function gitActorNode(world: World, signature: Signature) {
  const account = signer(world, signature);
  return {
    name: signature.name,
    email: signature.email,
    date: signatureDate(signature),
    user: account === undefined ? null : accountNode(world, account),
  };
}

export function commitNode(world: World, repository: Repository, commit: Commit): object {
  const { title, body } = splitMessage(commit.message);
  return {
    __typename: 'Commit',
    id: `C_${commit.sha}`,
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: shownMessage(commit),
    messageHeadline: title,
    messageBody: body,
    authoredDate: signatureDate(commit.author),
    committedDate: signatureDate(commit.committer),
    author: gitActorNode(world, commit.author),
    committer: gitActorNode(world, commit.committer),
    tree: { __typename: 'Tree', id: `T_${commit.tree}`, oid: commit.tree },
    parents: async (page: PageArguments) => {
      const parents = await Promise.all(commit.parents.map((sha) => repository.git.commit(sha)));
      const known = parents.filter((parent) => parent !== null);
      return connection(known, page, (parent) => commitNode(world, repository, parent));
    },
    url: `${world.url}/${fullName(repository.record)}/commit/${commit.sha}`,
    status: () => commitStatusNode(world, repository, commit.sha),
    statusCheckRollup: () => rollupNode(world, repository, commit.sha, null),
    signature: null,
  };
}

export function objectNode(world: World, repository: Repository, object: GitObject) {
  const id = `${object.type}_${object.sha}`;
  switch (object.type) {
    case 'commit':
      return repository.git
        .commit(object.sha)
        .then((commit) => (commit === null ? null : commitNode(world, repository, commit)));
    case 'blob': {
      const isBinary = object.body.includes(0);
      return {
        __typename: 'Blob',
        id,
        oid: object.sha,
        byteSize: object.body.length,
        isBinary,
        isTruncated: false,
        text: isBinary ? null : object.body.toString(),
      };
    }
    case 'tree':
      return {
        __typename: 'Tree',
        id,
        oid: object.sha,
        entries: async () => {
          const entries = await repository.git.tree(object.sha, false);
          return entries.map(({ mode, type, sha, path }) => ({
            name: path,
            path,
            mode: Number.parseInt(mode, 8),
            type,
            oid: sha,
          }));
        },
      };
    default:
      return { __typename: 'Tag', id, oid: object.sha };
  }
}

export function refNode(world: World, repository: Repository, name: string, sha: string) {
  const [, prefix = '', rest = name] = /^(refs\/[^/]+\/)(.+)$/.exec(name) ?? [];
  return {
    id: `REF_${Buffer.from(`${repository.record.id}:${name}`).toString('base64url')}`,
    name: rest,
    prefix,
    target: async () => {
      const object = await repository.git.object(sha);
      return object === null ? null : objectNode(world, repository, object);
    },
    branchProtectionRule: () => {
      const id = `BPR_${repository.record.id}_${rest}`;
      return world.rules(repository, rest)?.kind === 'protection' ? { id, pattern: rest } : null;
    },
    associatedPullRequests: (page: PageArguments & { readonly states?: readonly string[] }) => {
      const here = { repo: fullName(repository.record), ref: rest };
      const pulls = world.repositories.flatMap(({ record }) =>
        record.pulls.filter(
          ({ head, state }) =>
            head.repo === here.repo &&
            head.ref === here.ref &&
            (page.states?.includes(state.kind.toUpperCase()) ?? true),
        ),
      );
      return connection(pulls, page, ({ number, title }) => ({ number, title }));
    },
  };
}

/** null = nobody has posted a status. */
function commitStatusNode(world: World, repository: Repository, sha: string): object | null {
  const statuses = newestStatuses(repository, sha);
  if (statuses.length === 0) return null;
  return {
    id: `CS_${sha}`,
    state: STATES[combinedState(statuses)],
    context: ({ name }: { readonly name: string }) => {
      const found = statuses.find(({ context }) => context.toLowerCase() === name.toLowerCase());
      return found === undefined ? null : statusNode(world, repository, found, null);
    },
  };
}

/** null = nobody has reported anything. */
export function rollupNode(
  world: World,
  repository: Repository,
  sha: string,
  pull: Pull | null,
): object | null {
  const statuses = newestStatuses(repository, sha);
  if (statuses.length === 0) return null;
  return {
    id: `SCR_${sha}`,
    state: STATES[combinedState(statuses)],
    contexts: (page: PageArguments) =>
      connection(statuses, page, (status) => statusNode(world, repository, status, pull)),
  };
}

function statusNode(world: World, repository: Repository, status: Status, pull: Pull | null) {
  return {
    __typename: 'StatusContext',
    id: nodeId('Status', status.id),
    context: status.context,
    state: STATES[status.state],
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: accountNode(world, world.account(status.creator)),
    isRequired: (wanted: { readonly pullRequestNumber?: number | null }) => {
      const number = wanted.pullRequestNumber;
      const asked = number == null ? pull : world.pull(repository, number);
      const rules = asked === null ? undefined : world.rules(repository, asked.base.ref);
      return (rules?.required_status_checks ?? []).some(
        (check) => check.context.toLowerCase() === status.context.toLowerCase(),
      );
    },
  };
}
