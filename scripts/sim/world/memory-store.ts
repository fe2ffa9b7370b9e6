// The branch's memory without a disk: what durable-objects/store.ts does, in a variable. It writes
// the news like the real one, and reads its state back through the schema after a crash.
import type { News } from '../../../schemas/event.ts';
import type { FailedJob } from '../../../schemas/failed-job.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import type { BranchState } from '../../../schemas/state.ts';
import { newBranch } from '../../../src/core/new-branch.ts';
import { news } from '../../../src/core/news.ts';
import { readStored } from '../../../src/core/stored-state.ts';
import type { Store } from '../../../src/loop/ports.ts';
import type { Process } from './wire.ts';

/** The tables, as the next start of the program finds them. */
export interface Tables {
  readonly record: object;
  readonly pulls: readonly (readonly [number, string])[];
}

export class MemoryStore {
  /** What happens as a process is about to change its memory, or has just done so. */
  disturbance: ((moment: 'before' | 'after') => void) | null = null;
  /** After a crash everything is read again through the schema: slow, and thorough. */
  strict = true;
  readonly #onNews: (news: News) => void;
  readonly #failures = new Map<BatchId, readonly FailedJob[]>();
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
    const after = change(before);
    if (after === before) return before;
    this.#state = after;
    for (const item of news(before, after)) this.#onNews(item);
    return after;
  }

  /** The store as one process sees it: after its death it changes nothing. */
  of(process: Process): Store {
    return {
      read: () => this.#state,
      keepFailures: (batch, jobs) => void this.#failures.set(batch, jobs),
      failures: (batch) => this.#failures.get(batch) ?? [],
      // Nobody looks at pages here.
      keepJobs: () => {},
      update: (change) => {
        if (process.alive) this.disturbance?.('before');
        if (!process.alive) return this.#state;
        const after = this.update(change);
        this.disturbance?.('after');
        return after;
      },
    };
  }

  /** After a crash nothing is left but what was written. @param spoil what befell it meanwhile */
  reload(spoil?: (tables: Tables) => Tables): void {
    if (!this.strict && !spoil) return;
    const { pulls, ...record } = this.#state;
    const rows = Object.values(pulls).map(
      (pull) => [pull.facts.number, JSON.stringify(pull)] as const,
    );
    const written = { record, pulls: rows };
    const { state, startedOver } = readStored(spoil?.(written) ?? written, this.#state.branch);
    if (startedOver && !spoil) throw new Error('what was stored cannot be read again');
    this.#state = state;
  }

  /** @returns what sets the memory back to how it is now */
  remember(): () => void {
    const state = this.#state;
    return () => {
      this.#state = state;
    };
  }

  lose(): void {
    this.#state = newBranch(this.#state.branch);
  }
}
