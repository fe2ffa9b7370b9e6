// What a branch has heard of and not looked into yet, by the messages that reached it and the reads that it
// made since. Knows nothing of what the branch makes of them.
import type { Flags } from '../../../schemas/state.ts';
import { isDirty } from '../../../src/core/flags.ts';
import type { Mark } from '../../../src/core/mark.ts';
import type { Call } from '../world/wire.ts';

type About = number | 'batch';

export class Hearing {
  /** About what, and when it heard of it last. */
  readonly #heard = new Map<About, number>();

  hear(mark: Mark, now: number): void {
    const about = mark.flag === 'batch' ? 'batch' : mark.flag === 'github' ? mark.read : null;
    if (about === 'batch' || typeof about === 'number') this.#heard.set(about, now);
  }

  forget(): void {
    this.#heard.clear();
  }

  /** A read that was sent after a message has come back. */
  looked({ name, args, at }: Pick<Call, 'name' | 'args' | 'at'>): void {
    const [numbers] = args;
    for (const [about, heardAt] of this.#heard)
      if (
        heardAt <= at &&
        ((about === 'batch' && name === 'batch.list') ||
          (about !== 'batch' && name === 'github.readPage') ||
          (name === 'github.readPulls' && Array.isArray(numbers) && numbers.includes(about)))
      )
        this.#heard.delete(about);
  }

  /** What is taken for settled although it was heard of and not looked into since. */
  forgotten({ github, batch }: Flags): About[] {
    return this.open.filter((about) => (about === 'batch' ? !isDirty(batch) : !isDirty(github)));
  }

  get open(): readonly About[] {
    return [...this.#heard.keys()];
  }

  /** @returns what sets it back to how it is now */
  remember(): () => void {
    const heard = [...this.#heard];
    return () => {
      this.#heard.clear();
      for (const [about, at] of heard) this.#heard.set(about, at);
    };
  }
}
