// Questions about ranges of commits: what changed between two, which commits lie between, the diff.
// Reads only.

import type { GitRepository } from './git-repository.ts';

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
  /** null when the file is gone. */
  readonly blob: string | null;
}

const STATUS = { A: 'added', D: 'removed', R: 'renamed' } as const;
const isStatus = (letter: string): letter is keyof typeof STATUS => letter in STATUS;

/** Files that differ between two commits, renames followed, in path order. */
export async function changedFiles(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<ChangedFile[]> {
  const args = ['diff-tree', '-r', '-z', '-M', '--raw', '--numstat', from, to];
  const fields = (await repository.git(args)).split('\0');
  const counts = new Map<string, readonly [number, number]>();
  const files: Omit<ChangedFile, 'additions' | 'deletions'>[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':')) {
    const [file, taken] = rawEntry(fields.slice(at, at + 3));
    files.push(file);
    at += taken;
  }
  while ((fields[at] ?? '') !== '') {
    // `added<TAB>deleted<TAB>path`; for a rename the path is empty, and two fields follow.
    const [added = '', deleted = '', path = ''] = fields[at]?.split('\t') ?? [];
    const renamed = path === '';
    counts.set(renamed ? (fields[at + 2] ?? '') : path, [Number(added) || 0, Number(deleted) || 0]);
    at += renamed ? 3 : 1;
  }
  return files.map((file) => {
    const [additions, deletions] = counts.get(file.path) ?? [0, 0];
    return { ...file, additions, deletions };
  });
}

/** `:mode mode sha sha letter`, path, and one more path for a rename. */
function rawEntry([head = '', first = '', second = '']: readonly string[]): [
  Omit<ChangedFile, 'additions' | 'deletions'>,
  number,
] {
  const [, , , blob = '', letters = ''] = head.split(' ');
  const letter = letters.charAt(0);
  const renamed = letter === 'R';
  const file = {
    path: renamed ? second : first,
    previousPath: renamed ? first : null,
    status: isStatus(letter) ? STATUS[letter] : ('modified' as const),
    blob: letter === 'D' ? null : blob,
  };
  return [file, renamed ? 3 : 2];
}

/** A unified diff for people to read, cut at `maxBytes`. */
export async function diffText(
  repository: GitRepository,
  from: string,
  to: string,
  maxBytes = 200_000,
): Promise<string> {
  const diff = await repository.git(['diff', '--no-color', '-M', from, to]);
  return diff.length <= maxBytes ? diff : `${diff.slice(0, maxBytes)}\n… cut …\n`;
}

export interface FilesOfCommit {
  readonly added: string[];
  readonly removed: string[];
  readonly modified: string[];
}

/** What each of these commits did to files, against its first parent. */
export async function filesByCommit(
  repository: GitRepository,
  shas: readonly string[],
): Promise<Map<string, FilesOfCommit>> {
  const result = new Map<string, FilesOfCommit>();
  if (shas.length === 0) return result;
  const args = ['diff-tree', '--stdin', '-r', '-m', '--first-parent', '--root', '--name-status'];
  const output = await repository.git([...args, '-z'], { input: `${shas.join('\n')}\n` });
  let files: FilesOfCommit | undefined;
  const fields = output.split('\0');
  for (let i = 0; i < fields.length; i += 1) {
    // A header is `<sha>` alone, or `<sha> (from <parent>)`; it is followed by letter, path, letter …
    const field = (fields[i] ?? '').trim();
    const [, sha] = /^([0-9a-f]{40})(?: |$)/.exec(field) ?? [];
    if (sha !== undefined) {
      files = result.get(sha) ?? { added: [], removed: [], modified: [] };
      result.set(sha, files);
    } else if (/^[AMDT]$/.test(field)) {
      i += 1;
      const path = fields[i] ?? '';
      if (field === 'A') files?.added.push(path);
      else if (field === 'D') files?.removed.push(path);
      else files?.modified.push(path);
    }
  }
  return result;
}
