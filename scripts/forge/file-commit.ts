// A commit of one file, as GitHub's web editor makes it: onto a branch, or onto a new branch that starts
// at another. What follows is the same as after a push.

import { signature } from './commit.ts';
import { noreplyAddress } from './json/commit.ts';
import type { Account } from './model/account.ts';
import { ALL_RIGHTS, type MoveRights, moveRefs, openPushed } from './ref-changes.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';
import { editTree, writeBlob } from './tree-edit.ts';
import type { World } from './world.ts';

export interface FileCommit {
  readonly branch: string;
  /** Where the branch begins when it is not there yet. */
  readonly startAt: string;
  readonly path: string;
  readonly content: string | Buffer;
  readonly message: string;
}

/** Must run inside world.exclusive. Throws a Refusal for a path that git does not take. */
export async function commitFile(
  world: World,
  repository: Repository,
  author: Account,
  wanted: FileCommit,
  rights: MoveRights = ALL_RIGHTS,
): Promise<string> {
  const { git } = repository;
  const name = `refs/heads/${wanted.branch}`;
  const before = git.refs.get(name) ?? null;
  const parent = before ?? git.refs.get(`refs/heads/${wanted.startAt}`);
  if (parent === undefined) throw new Refusal(404, `There is no branch ${wanted.startAt}`);
  const sha = await writeBlob(git, wanted.content);
  const tree = await editTree(git, parent, [{ path: wanted.path, mode: '100644', sha }]);
  const by = signature(author.name ?? author.login, noreplyAddress(author), world.now());
  const { message } = wanted;
  const commit = { tree, parents: [parent], author: by, committer: by, message };
  const after = await git.writeCommit(commit);
  await moveRefs(world, repository, author, [{ name, before, after, force: false }], rights);
  await openPushed(world, repository, author, [{ name, before, after }]);
  return after;
}
