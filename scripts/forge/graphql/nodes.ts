// GraphQL: accounts, git objects and refs as plain objects, whose fields are values or
// functions of the field's arguments. What is not here is not modelled, and asking for it is an error.

import { protectionOf } from '../branch-rules.ts';
import {
  authorsOf,
  type Commit,
  type Signature,
  shownMessage,
  signatureDate,
  splitMessage,
} from '../commit.ts';
import { signer } from '../json/commit.ts';
import { nodeId, refNodeId } from '../json/node-id.ts';
import type { Account } from '../model/account.ts';
import { fullName } from '../model.ts';
import type { GitObject } from '../object-reader.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { commitStatusNode, rollupNode, suitesConnection } from './checks.ts';
import { connection, type PageArguments } from './connection.ts';
import { refusalOf, type Viewer } from './viewer.ts';

export function accountNode(world: World, account: Account) {
  return {
    __typename: account.kind,
    id: nodeId(account.kind, account.id),
    databaseId: account.id,
    // GitHub names bots without their suffix here, and only here.
    login: account.kind === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login,
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
    authors: (page: PageArguments) =>
      connection(authorsOf(commit), page, (signature) => gitActorNode(world, signature)),
    tree: { __typename: 'Tree', id: `T_${commit.tree}`, oid: commit.tree },
    parents: async (page: PageArguments) => {
      const parents = await Promise.all(commit.parents.map((sha) => repository.git.commit(sha)));
      const known = parents.filter((parent) => parent !== null);
      return connection(known, page, (parent) => commitNode(world, repository, parent));
    },
    url: `${world.url}/${fullName(repository.record)}/commit/${commit.sha}`,
    status: () => commitStatusNode(world, repository, commit.sha),
    checkSuites: (page: PageArguments) => suitesConnection(world, repository, commit.sha, page),
    statusCheckRollup: () => rollupNode(world, repository, commit.sha),
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
    id: refNodeId(repository.record.id, name),
    name: rest,
    prefix,
    target: async () => {
      const object = await repository.git.object(sha);
      return object === null ? null : objectNode(world, repository, object);
    },
    branchProtectionRule: (_none: object, viewer: Viewer) => {
      const refused = refusalOf(viewer, repository, 'administration', 'read');
      const id = `BPR_${repository.record.id}_${rest}`;
      const isThere = protectionOf(repository.record, rest) !== undefined;
      return refused ?? (isThere ? { id, pattern: rest } : null);
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
