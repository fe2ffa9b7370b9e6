// How a branch hears of the world: webhooks and callbacks, which may be lost, doubled, late and out of
// order. Remembers all that was ever sent, so that it can be sent again.
import type { Mark } from '../../src/core/mark.ts';
import type { Calendar } from './calendar.ts';
import type { Prng } from './prng.ts';

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
  readonly #prng: Prng;
  readonly #deliver: (mark: Mark) => void;

  constructor(calendar: Calendar, prng: Prng, deliver: (mark: Mark) => void) {
    this.#calendar = calendar;
    this.#prng = prng;
    this.#deliver = deliver;
  }

  clearUp(): void {
    this.weather = FINE;
  }

  send(mark: Mark): void {
    this.sent.push(mark);
    const { lost, doubled } = this.weather;
    if (this.#prng.chance(lost)) return;
    this.#dispatch(mark);
    if (this.#prng.chance(doubled)) this.#dispatch(mark);
  }

  #dispatch(mark: Mark): void {
    this.pending += 1;
    this.#calendar.after(this.#prng.below(this.weather.lateMs), () => {
      this.pending -= 1;
      this.#deliver(mark);
    });
  }
}
