// What webhooks mark. One that comes alone is written at once; those of a burst are written together: one change of the state,
// one transaction and one wait for the disk.
import { applyMark, type Mark } from '../src/core/mark.ts';
import { mustRing } from '../src/core/next-alarm.ts';
import type { Store } from '../src/loop/ports.ts';
import { HeardDeliveries } from './heard-deliveries.ts';

/** One that comes so soon after another is one of a burst: */
const BURST_MS = 50;
/** others are on their way, and are waited for. */
const GATHER_MS = 2;

interface Letter {
  readonly marks: readonly Mark[];
  readonly delivery: string | null;
  isRepeated: boolean;
}

export class Inbox {
  readonly #storage: DurableObjectStorage;
  readonly #store: Store;
  readonly #heard: HeardDeliveries;
  #letters: Letter[] = [];
  #written: Promise<void> | null = null;
  #writtenAt = 0;

  constructor(storage: DurableObjectStorage, store: Store) {
    this.#storage = storage;
    this.#store = store;
    this.#heard = new HeardDeliveries(storage.sql);
  }

  /**
   * S4.4: done when it is durable, with its alarm.
   * @param delivery by which a webhook is known again; null for what is none
   * @returns false when it was heard before, and nothing was marked
   * @throws what kept it from being written; it may be sent again
   */
  async put(marks: readonly Mark[], delivery: string | null): Promise<boolean> {
    const letter = { marks, delivery, isRepeated: false };
    this.#letters.push(letter);
    this.#written ??= this.#writeSoon();
    await this.#written;
    return !letter.isRepeated;
  }

  async #writeSoon(): Promise<void> {
    if (Date.now() < this.#writtenAt + BURST_MS) await scheduler.wait(GATHER_MS);
    let letters: readonly Letter[] = [];
    // Also when it fails: what comes next is written, and may fail, by itself.
    const alarm = await this.#storage.getAlarm().finally(() => {
      letters = this.#letters;
      this.#letters = [];
      this.#written = null;
    });
    // All in one turn: if a mark is not written, neither is its alarm, nor that it was heard.
    const now = Date.now();
    this.#writtenAt = now;
    if (this.#write(letters) && mustRing(alarm, now)) await this.#storage.setAlarm(now);
  }

  /** @returns whether anything was marked */
  #write(letters: readonly Letter[]): boolean {
    const before = this.#store.read();
    const heard = new Set<string>();
    let after = before;
    for (const letter of letters) {
      const { delivery, marks } = letter;
      letter.isRepeated = delivery !== null && (heard.has(delivery) || this.#heard.has(delivery));
      if (letter.isRepeated) continue;
      const next = marks.reduce(applyMark, after);
      if (next !== after && delivery !== null) heard.add(delivery);
      after = next;
    }
    this.#store.update(() => after);
    for (const delivery of heard) this.#heard.add(delivery);
    return after !== before;
  }
}
