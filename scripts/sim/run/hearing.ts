// What a branch has heard of and not looked into yet, by the messages that reached it and the reads that it
// made since. Knows nothing of what the branch makes of them.
import type { Flags } from '../../../schemas/flags.ts';
import { isDirty } from '../../../src/core/flags.ts';
import type { Mark } from '../../../src/core/mark.ts';
import type { Call } from '../world/wire.ts';

/** Such as `pull 7`, `batch 12`. */
type About = string;

export class Hearing {
  /** About what, and when it heard of it last. */
  readonly #heard = new Map<About, number>();

  hear(mark: Mark, now: number): void {
    if (mark.flag === 'batch') this.#heard.set(`batch ${mark.read}`, now);
    if (mark.flag === 'github' && typeof mark.read === 'number')
      this.#heard.set(`pull ${mark.read}`, now);
  }

  forget(): void {
    this.#heard.clear();
  }

  /** A read that was sent after a message has come back. */
  looked({ name, args, at }: Pick<Call, 'name' | 'args' | 'at'>): void {
    const isSeen = (about: About): boolean => {
      if (about.startsWith('batch'))
        return name === 'batch.list' || (name === 'batch.get' && about === `batch ${args[0]}`);
      const [numbers] = args;
      return (
        name === 'github.readPage' ||
        (name === 'github.readPulls' &&
          Array.isArray(numbers) &&
          numbers.some((number) => about === `pull ${number}`))
      );
    };
    for (const [about, heardAt] of this.#heard)
      if (heardAt <= at && isSeen(about)) this.#heard.delete(about);
  }

  /** What is taken for settled although it was heard of and not looked into since. */
  forgotten({ github, batch }: Flags): About[] {
    return this.open.filter((about) => !isDirty(about.startsWith('batch') ? batch : github));
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
