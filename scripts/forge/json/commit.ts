// GitHub's JSON of a commit, in the two forms that it has. Pure reading.

import { type Commit, type Signature, shownMessage, signatureDate } from '../commit.ts';
import type { Account } from '../model/account.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { accountJson } from './account.ts';

const UNSIGNED = {
  verified: false,
  reason: 'unsigned' as const,
  signature: null,
  payload: null,
  verified_at: null,
};

const personJson = (signature: Signature) => ({
  name: signature.name,
  email: signature.email,
  date: signatureDate(signature),
});

/** A commit as the git data API carries it. */
export function gitCommitJson(world: World, repository: Repository, commit: Commit) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/git`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/commits/${commit.sha}`,
    html_url: `${world.url}/${name}/commit/${commit.sha}`,
    author: personJson(commit.author),
    committer: personJson(commit.committer),
    message: shownMessage(commit),
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${world.url}/${name}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  };
}

/** A commit as the repository API carries it. */
export function commitJson(world: World, repository: Repository, commit: Commit) {
  const name = fullName(repository.record);
  const { sha, node_id, html_url, author, committer, message, tree, parents, verification } =
    gitCommitJson(world, repository, commit);
  const url = `${world.url}/repos/${name}/commits/${sha}`;
  return {
    sha,
    node_id,
    url,
    html_url,
    comments_url: `${url}/comments`,
    commit: { author, committer, message, tree, url, comment_count: 0, verification },
    author: signerJson(world, commit.author),
    committer: signerJson(world, commit.committer),
    parents,
  };
}

/** The account behind a signature, found by the noreply address that the forge hands out. */
export function signer(world: World, signature: Signature): Account | undefined {
  const [, login = ''] =
    /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(signature.email) ?? [];
  return world.findUser(login);
}

function signerJson(world: World, signature: Signature) {
  const account = signer(world, signature);
  return account === undefined ? null : accountJson(world, account);
}

/** The address that a commit made on GitHub's pages carries. */
export const noreplyAddress = (account: Account): string =>
  `${account.id}+${account.login}@users.noreply.github.com`;

/** As events about checks carry the commit that they are about. */
export function simpleCommitJson(commit: Commit) {
  const person = ({ name, email }: Signature) => ({ name, email });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: shownMessage(commit),
    timestamp: signatureDate(commit.committer),
    author: person(commit.author),
    committer: person(commit.committer),
  };
}
