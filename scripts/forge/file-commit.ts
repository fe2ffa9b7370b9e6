// A commit of one file, as GitHub's web editor makes it: onto a branch, or onto a new branch that starts
// at another. What follows is the same as after a push.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { signature } from './commit.ts';
import { GitError } from './git.ts';
import { noreplyAddress } from './json.ts';
import type { Account } from './model.ts';
import { moveRefs, openPushed } from './ref-changes.ts';
import { Refusal } from './refusal.ts';
import type { Repository, World } from './world.ts';

export interface FileCommit {
  readonly branch: string;
  /** Where the branch begins when it is not there yet. */
  readonly startAt: string;
  readonly path: string;
  readonly content: string;
  readonly message: string;
}

/** Must run inside world.exclusive. Throws a Refusal for a path that git does not take. */
export async function commitFile(
  world: World,
  repository: Repository,
  author: Account,
  wanted: FileCommit,
): Promise<string> {
  const { git } = repository;
  const name = `refs/heads/${wanted.branch}`;
  const before = git.refs.get(name) ?? null;
  const parent = before ?? git.refs.get(`refs/heads/${wanted.startAt}`);
  if (parent === undefined) throw new Refusal(404, `There is no branch ${wanted.startAt}`);
  const tree = await treeWith(repository, parent, wanted.path, wanted.content);
  const by = signature(author.name ?? author.login, noreplyAddress(author), world.now());
  const { message } = wanted;
  const commit = { tree, parents: [parent], author: by, committer: by, message };
  const after = await git.writeCommit(commit);
  await moveRefs(world, repository, author, [{ name, before, after, force: false }]);
  await openPushed(world, repository, author, [{ name, before, after }]);
  return after;
}

async function treeWith(
  { git }: Repository,
  parent: string,
  path: string,
  content: string,
): Promise<string> {
  const index = join(git.dir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    const blob = (await git.git(['hash-object', '-w', '--stdin'], { input: content })).trim();
    await git.git(['read-tree', parent], { env });
    await git.git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { env });
    return (await git.git(['write-tree'], { env })).trim();
  } catch (error) {
    if (error instanceof GitError) throw new Refusal(422, error.stderr.trim());
    throw error;
  } finally {
    await rm(index, { force: true });
  }
}
