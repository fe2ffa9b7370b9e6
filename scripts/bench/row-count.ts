// How many rows durable-objects/store.ts writes for what a memory store is told: one for the record, one for each pull
// request that changed, one for each piece of news; and what the object itself writes beside it.
import type { BranchState } from '../../schemas/state.ts';
import type { MemoryStore } from '../sim/world/memory-store.ts';

export class RowCount {
  rows = 0;
  readonly #store: MemoryStore;
  #before: BranchState;

  constructor(store: MemoryStore) {
    this.#store = store;
    this.#before = store.state;
    store.disturbance = () => this.note();
  }

  /** Whatever has changed since the last time was written, in one transaction or several. */
  note(): void {
    const [{ pulls: pullsBefore, ...before }, { pulls, ...after }] = [
      this.#before,
      this.#store.state,
    ];
    this.#before = this.#store.state;
    const isSame = Object.entries(before).every(
      ([key, value]) => Reflect.get(after, key) === value,
    );
    const numbers = new Set([...Object.keys(pullsBefore), ...Object.keys(pulls)].map(Number));
    const changed = pulls === pullsBefore ? [] : [...numbers];
    this.rows +=
      (isSame ? 0 : 1) + changed.filter((number) => pulls[number] !== pullsBefore[number]).length;
  }
}
