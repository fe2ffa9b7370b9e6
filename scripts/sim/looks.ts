// What each branch's last reads showed it: a landing is judged by the world as it was shown then, since
// nobody can know more.
import type { GithubWorld, View } from './world/github-world.ts';
import type { Call } from './world/wire.ts';

export class Looks {
  readonly #onTheirWay = new WeakMap<Call, View>();
  readonly #byPull = new Map<string, View>();
  readonly #rules = new Map<object, readonly View[]>();

  see(
    reader: { readonly index: number },
    moment: 'sent' | 'happened' | 'answered',
    call: Call,
    github: GithubWorld,
  ): void {
    if (call.name !== 'github.readPulls' && call.name !== 'github.readRules') return;
    if (moment === 'happened') this.#onTheirWay.set(call, github.shown);
    const view = this.#onTheirWay.get(call);
    if (moment !== 'answered' || !view) return;
    if (call.name === 'github.readRules')
      this.#rules.set(reader, [view, ...this.rulesOf(reader).slice(0, 1)]);
    else for (const number of pullsOf(call)) this.#byPull.set(`${reader.index} ${number}`, view);
  }

  /** The world as it was shown by the last read of this pull request. */
  of(reader: { readonly index: number }, number: number): View | undefined {
    return this.#byPull.get(`${reader.index} ${number}`);
  }

  /** The last two: the rules are believed only when the rest of the same look succeeded. */
  rulesOf(reader: object): readonly View[] {
    return this.#rules.get(reader) ?? [];
  }

  /** @returns what sets it back to how it is now */
  remember(): () => void {
    const byPull = [...this.#byPull];
    const rules = [...this.#rules];
    return () => {
      this.#byPull.clear();
      this.#rules.clear();
      for (const [key, view] of byPull) this.#byPull.set(key, view);
      for (const [reader, views] of rules) this.#rules.set(reader, views);
    };
  }
}

function pullsOf({ args }: Call): readonly number[] {
  const [numbers] = args;
  return Array.isArray(numbers) ? numbers.filter((number) => typeof number === 'number') : [];
}
