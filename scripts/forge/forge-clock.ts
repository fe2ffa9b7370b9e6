// The forge's time: the real one, or one that is given, and what was added to it. Tests and operators move
// it on, so that nobody waits an hour for a token to expire.

export class ForgeClock {
  readonly #real: () => Date;
  #aheadMs = 0;

  constructor(real: () => Date) {
    this.#real = real;
  }

  readonly now = (): Date => new Date(this.#real().getTime() + this.#aheadMs);

  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }
}
