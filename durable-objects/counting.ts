// A branch's counters: counted in memory, and written with the end of each pass, which costs one row. What was counted since
// then is forgotten when the object is evicted.
import { Counters } from '../schemas/counters.ts';
import { newCounters } from '../src/core/counters.ts';

const KEY = 'counters';

export class Counting {
  readonly #storage: DurableObjectStorage;
  #counters: Counters;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#counters = Counters.safeParse(storage.kv.get(KEY)).data ?? newCounters;
  }

  get present(): Counters {
    return this.#counters;
  }

  count(change: (counters: Counters) => Counters): void {
    this.#counters = change(this.#counters);
  }

  save(): void {
    this.#storage.kv.put(KEY, this.#counters);
  }
}
