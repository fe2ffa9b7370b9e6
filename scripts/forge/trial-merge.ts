// The merge that GitHub tries for every open pull request, in the background: whether the head goes
// into the base, and the commit if it does. As on GitHub, the first to ask is told "not known yet".
// No ref is moved here.

import type { Commit, Signature } from './commit.ts';
import type { GitRepository } from './git-repository.ts';

export type Trial =
  | { readonly kind: 'clean'; readonly commit: Commit }
  | { readonly kind: 'conflict' };

const MAX = 5000;

export class TrialMerges {
  readonly #results = new Map<string, Trial | 'under way'>();
  readonly #reads = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();

  /**
   * undefined = not known yet; asking starts it.
   * @param unknownReads how often it is not known to whoever asks, even when it is
   */
  result(
    repository: GitRepository,
    base: string,
    head: string,
    unknownReads: number,
  ): Trial | undefined {
    const key = `${repository.dir} ${base} ${head}`;
    const known = this.#results.get(key);
    if (unknownReads > 0) {
      const reads = (this.#reads.get(key) ?? 0) + 1;
      this.#reads.set(key, reads);
      if (reads <= unknownReads && known !== undefined) return undefined;
    }
    if (known !== undefined) return known === 'under way' ? undefined : known;
    if (this.#results.size >= MAX) this.#results.clear();
    this.#results.set(key, 'under way');
    this.#queue = this.#queue.then(async () => {
      try {
        this.#results.set(key, await tryMerge(repository, base, head));
      } catch {
        // The objects may be gone (a deleted repository); the next one to ask starts it again.
        this.#results.delete(key);
      }
    });
    return undefined;
  }

  settled(): Promise<void> {
    return this.#queue;
  }
}

/** Makes the merge commit; what it says is the same whenever it is made. */
export async function tryMerge(
  repository: GitRepository,
  base: string,
  head: string,
): Promise<Trial> {
  const merged = await repository.mergeTree(base, head);
  if (merged.kind === 'conflict') return { kind: 'conflict' };
  const tip = await repository.commit(head);
  if (tip === null) throw new Error(`no commit ${head}`);
  const by: Signature = { ...tip.committer, name: 'GitHub', email: 'noreply@github.com' };
  const sha = await repository.writeCommit({
    tree: merged.tree,
    parents: [base, head],
    author: by,
    committer: by,
    message: `Merge ${head} into ${base}`,
  });
  const commit = await repository.commit(sha);
  if (commit === null) throw new Error(`no commit ${sha}`);
  return { kind: 'clean', commit };
}
