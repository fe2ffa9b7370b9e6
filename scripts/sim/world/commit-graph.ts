// Commits in memory: files, parents and three-way merges, with SHAs that follow from the content as
// git's do. Knows nothing of pull requests.
import type { Sha } from '../../../schemas/ids.ts';

/** Path -> content. */
export type Files = Readonly<Record<string, string>>;

export interface Commit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly files: Files;
  readonly parents: readonly Sha[];
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly date: number;
}

export class CommitGraph {
  readonly #commits = new Map<Sha, Commit>();
  readonly #trees = new Map<Sha, Files>();

  /** Same input, same commit. @param given its name, where it follows from more than this */
  commit(content: Omit<Commit, 'sha' | 'tree'>, given?: Sha): Commit {
    const { files, ...rest } = content;
    const tree = treeOf(files);
    const commit = { sha: given ?? shaOf({ tree, ...rest }), tree, ...content };
    this.#commits.set(commit.sha, commit);
    this.#trees.set(tree, files);
    return commit;
  }

  get(sha: Sha): Commit {
    const commit = this.#commits.get(sha);
    if (!commit) throw new Error(`the world has no commit ${sha}`);
    return commit;
  }

  filesOf(tree: Sha): Files {
    const files = this.#trees.get(tree);
    if (!files) throw new Error(`the world has no tree ${tree}`);
    return files;
  }

  /** Is `sha` the same as `head` or an ancestor of it? */
  contains(head: Sha, sha: Sha): boolean {
    return this.#history(head).includes(sha);
  }

  /** Paths that differ between `head` and the newest that it has in common with `base`, as GitHub compares. */
  changed(base: Sha, head: Sha): string[] {
    const [before, after] = [this.#common(base, head), this.get(head).files];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (path) => before[path] !== after[path],
    );
  }

  /** @returns null when both sides changed one file differently */
  merge(ours: Sha, theirs: Sha): Files | null {
    const [a, b] = [this.get(ours).files, this.get(theirs).files];
    const old = this.#common(ours, theirs);
    const merged: Record<string, string> = {};
    for (const path of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (a[path] !== old[path] && b[path] !== old[path] && a[path] !== b[path]) return null;
      const content = a[path] === old[path] ? b[path] : a[path];
      if (content !== undefined) merged[path] = content;
    }
    return merged;
  }

  /** Files of the nearest commit that both have. */
  #common(ours: Sha, theirs: Sha): Files {
    const known = this.#history(ours);
    const base = this.#history(theirs).find((sha) => known.includes(sha));
    return base ? this.get(base).files : {};
  }

  /** Nearest first. */
  #history(head: Sha): Sha[] {
    const found = new Set([head]);
    for (const sha of found) for (const parent of this.get(sha).parents) found.add(parent);
    return [...found];
  }
}

/** The same files, the same tree. */
export const treeOf = (files: Files): Sha =>
  shaOf(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Not git's, but as good in a world where nobody forges: five hashes of 32 bits (FNV-1a and its kin). */
function shaOf(content: unknown): Sha {
  const text = JSON.stringify(content);
  let [a, b] = [0x811c9dc5, 0xc9dc5118];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995) + index;
  }
  const words = [a, b, a ^ (b << 7), Math.imul(a, 0x2c1b3c6d) ^ b, Math.imul(b, 0x297a2d39) ^ a];
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('') as Sha;
}
