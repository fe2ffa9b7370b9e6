// Reads that lag behind writes, as those from a replica do: how repositories were, kept from the moment
// that somebody first asks for the past. A lagging read runs inside `reading`; whatever it looks up on
// its way, it finds as it was. Writes never look here.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { GitRepository } from './git-repository.ts';
import type { Repository } from './repositories.ts';

interface Moment {
  readonly atMs: number;
  readonly seen: Repository;
}

/** Older moments than these, and more of them, are of no use to anybody. */
const KEPT_MS = 3_600_000;
const KEPT_MAX = 500;

const asItIs = ({ record, git }: Repository): Repository => ({
  record: structuredClone(record),
  git: git.at(git.refs),
});

export class Past {
  readonly #nowMs: () => number;
  readonly #reading = new AsyncLocalStorage<number>();
  readonly #moments = new Map<GitRepository, Moment[]>();
  #isKept = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** From now on there is a past: nobody can look back further than this. */
  begin(repositories: readonly Repository[]): void {
    if (this.#isKept) return;
    this.#isKept = true;
    this.keep(repositories);
  }

  /** To be called after everything that may have changed a repository. */
  keep(repositories: readonly Repository[]): void {
    if (!this.#isKept) return;
    const atMs = this.#nowMs();
    for (const repository of repositories) {
      const moments = this.#moments.get(repository.git) ?? [];
      moments.push({ atMs, seen: asItIs(repository) });
      const first = moments.findIndex((moment) => moment.atMs >= atMs - KEPT_MS);
      this.#moments.set(repository.git, moments.slice(first).slice(-KEPT_MAX));
    }
  }

  /** Runs a read that sees how things were so many seconds ago. */
  reading<T>(secondsAgo: number, read: () => T): T {
    return secondsAgo > 0 ? this.#reading.run(this.#nowMs() - secondsAgo * 1000, read) : read();
  }

  /** Whether the read at hand sees the past: it must start nothing. */
  get isSeen(): boolean {
    return this.#reading.getStore() !== undefined;
  }

  /** A repository as the read at hand sees it. */
  seen(repository: Repository): Repository {
    const atMs = this.#reading.getStore();
    const moments = atMs === undefined ? undefined : this.#moments.get(repository.git);
    if (atMs === undefined || moments === undefined) return repository;
    const moment = moments.findLast((candidate) => candidate.atMs <= atMs) ?? moments[0];
    return moment?.seen ?? repository;
  }
}
