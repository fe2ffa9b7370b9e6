// A tree made from another by changing some of its entries, as git's index does it. Nothing else is
// written, and no ref moves.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './git.ts';
import type { GitRepository } from './git-repository.ts';
import { Refusal } from './refusal.ts';

export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  /** null: the entry goes away. */
  readonly sha: string | null;
}

/** git passes over a path that it does not take, without a word. */
const isPath = (path: string): boolean =>
  path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/^\.git$/i.test(part));

/** @param base null: from nothing. Throws a 422 Refusal with git's words for what git does not take. */
export async function editTree(
  git: GitRepository,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const wrong = changes.find(({ path }) => !isPath(path));
  if (wrong !== undefined) {
    throw new Refusal(422, `path contains a malformed path component: ${wrong.path}`);
  }
  const index = join(git.dir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  const lines = changes.map(({ path, mode, sha }) =>
    sha === null ? `0 ${'0'.repeat(40)}\t${path}` : `${mode} ${sha}\t${path}`,
  );
  try {
    if (base !== null) await git.git(['read-tree', base], { env });
    const input = lines.map((line) => `${line}\0`).join('');
    await git.git(['update-index', '--add', '-z', '--index-info'], { env, input });
    return (await git.git(['write-tree'], { env })).trim();
  } catch (error) {
    if (error instanceof GitError) throw new Refusal(422, error.stderr.trim());
    throw error;
  } finally {
    await rm(index, { force: true });
  }
}

export const writeBlob = async (git: GitRepository, content: string | Buffer): Promise<string> =>
  (await git.git(['hash-object', '-w', '--stdin'], { input: content })).trim();
