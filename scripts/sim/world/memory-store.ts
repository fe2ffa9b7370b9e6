// The branch's memory without a disk: what durable-objects/store.ts does, in a variable. It writes
// the news like the real one, and reads its state back through the schema after a crash.
import type { News } from '../../../schemas/event.ts';
import { BranchRecord, type BranchState, PullRequest } from '../../../schemas/state.ts';
import { newBranch } from '../../../src/core/new-branch.ts';
import { news } from '../../../src/core/news.ts';
import type { Store } from '../../../src/loop/ports.ts';
import type { Process } from './wire.ts';

export class MemoryStore {
  readonly #onNews: (news: News) => void;
  #state: BranchState;

  constructor(branch: BranchState['branch'], onNews: (news: News) => void) {
    this.#onNews = onNews;
    this.#state = newBranch(branch);
  }

  get state(): BranchState {
    return this.#state;
  }

  update(change: (state: BranchState) => BranchState): BranchState {
    const before = this.#state;
    this.#state = change(before);
    for (const item of news(before, this.#state)) this.#onNews(item);
    return this.#state;
  }

  /** The store as one process sees it: after its death it changes nothing. */
  of(process: Process): Store {
    return {
      read: () => this.#state,
      update: (change) => (process.alive ? this.update(change) : this.#state),
    };
  }

  /** After a crash nothing is left but what was written: the state must survive being stored. */
  reload(): void {
    const { pulls, ...record } = structuredClone(this.#state);
    const stored = Object.entries(pulls).map(
      ([number, pull]) => [Number(number), PullRequest.parse(pull)] as const,
    );
    this.#state = { ...BranchRecord.parse(record), pulls: Object.fromEntries(stored) };
  }

  lose(): void {
    this.#state = newBranch(this.#state.branch);
  }
}
