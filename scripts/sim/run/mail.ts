// How a branch hears of the world: webhooks and callbacks, which may be lost, doubled, late and out of
// order. Remembers all that was ever sent, so that it can be sent again.
import type { Mark } from '../../../src/core/mark.ts';
import { hashOf } from '../history/hash.ts';
import { createPrng } from '../history/prng.ts';
import type { Calendar } from './calendar.ts';

interface Weather {
  /** Probabilities. */
  readonly lost: number;
  readonly doubled: number;
  readonly lateMs: number;
}

const FINE: Weather = { lost: 0, doubled: 0, lateMs: 1_500 };

export class Mail {
  /** On its way. */
  pending = 0;
  weather: Weather = FINE;
  readonly sent: Mark[] = [];
  readonly #calendar: Calendar;
  readonly #seed: number;
  readonly #deliver: (mark: Mark) => void;
  /** How often each message was sent, by its text. */
  readonly #times = new Map<string, number>();

  constructor(calendar: Calendar, seed: number, deliver: (mark: Mark) => void) {
    this.#calendar = calendar;
    this.#seed = seed;
    this.#deliver = deliver;
  }

  clearUp(): void {
    this.weather = FINE;
  }

  /**
   * What becomes of a message follows from it alone, so that no other message changes its fate; nor does the id of a
   * batch, which counts the batches of other branches, too.
   */
  send(mark: Mark): void {
    this.sent.push(mark);
    const text = mark.flag === 'batch' ? 'batch' : JSON.stringify(mark);
    const times = (this.#times.get(text) ?? 0) + 1;
    this.#times.set(text, times);
    const prng = createPrng(hashOf(`${this.#seed} ${text} ${times}`));
    const { lost, doubled } = this.weather;
    if (prng.chance(lost)) return;
    this.#dispatch(mark, prng.next());
    if (prng.chance(doubled)) this.#dispatch(mark, prng.next());
  }

  /** @param luck in [0, 1) */
  #dispatch(mark: Mark, luck: number): void {
    this.pending += 1;
    this.#calendar.after(luck * this.weather.lateMs, () => {
      this.pending -= 1;
      this.#deliver(mark);
    });
  }
}
