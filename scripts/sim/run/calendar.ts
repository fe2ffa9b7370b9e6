// The virtual clock: what happens when, one after the other. Between two events every promise that can
// go on does so; nothing here waits.
interface Event {
  readonly at: number;
  /** Events of one time happen in the order in which they were written down. */
  readonly order: number;
  readonly happen: () => void;
}

export class Calendar {
  #now: number;
  #order = 0;
  /** A binary heap, soonest first. */
  readonly #events: Event[] = [];

  /** @param begin milliseconds since the epoch */
  constructor(begin: number) {
    this.#now = begin;
  }

  get now(): number {
    return this.#now;
  }

  /** @param at in whole milliseconds, as clocks count; what is past happens now */
  at(at: number, happen: () => void): void {
    const event = { at: Math.max(Math.round(at), this.#now), order: this.#order++, happen };
    const events = this.#events;
    let place = events.push(event) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = events[above];
      if (!parent || isBefore(parent, event)) break;
      events[place] = parent;
      place = above;
    }
    events[place] = event;
  }

  after(ms: number, happen: () => void): void {
    this.at(this.#now + ms, happen);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Everything up to `end`, unless it is enough before. @returns whether it was */
  async run(end: number, isEnough: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      const [next] = this.#events;
      if (!next || next.at > end) break;
      this.#removeFirst();
      this.#now = next.at;
      next.happen();
      await everythingElse();
      if (isEnough()) return true;
    }
    this.#now = end;
    return false;
  }

  #removeFirst(): void {
    const events = this.#events;
    const last = events.pop();
    if (!last || events.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = events[left + 1];
      const child = right && isBefore(right, events[left] ?? right) ? left + 1 : left;
      const smallest = events[child];
      if (!smallest || isBefore(last, smallest)) break;
      events[place] = smallest;
      place = child;
    }
    events[place] = last;
  }
}

const isBefore = (a: Event, b: Event): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

/** Node takes the next tick only when every promise that is settled has been heard: no turn of the event loop is needed. */
const everythingElse = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
