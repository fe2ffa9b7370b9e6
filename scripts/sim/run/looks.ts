// What each branch's last reads showed it: a landing is judged by the world as it was shown then, since
// nobody can know more.
import type { Sha } from '../../../schemas/ids.ts';
import { type GithubWorld, headOf, type View } from '../world/github-world.ts';
import type { Call, Moment } from '../world/wire.ts';

interface Reader {
  readonly index: number;
  readonly config: { readonly branch: string };
}

interface AskedMerge {
  /** The index of the branch for which it was asked. */
  readonly by: number;
  /** Where that branch was when it was looked at last. */
  readonly seen: Sha | null;
}

/** Required checks are read in two requests, each of which is a look of its own. */
const RULES = { 'github.readRules': 'ruleset', 'github.readProtection': 'classic' } as const;
type RulesPlace = (typeof RULES)[keyof typeof RULES];

/** They show checks, too. */
const CHECKS = ['github.readPulls', 'github.readPage', 'github.readRuns'];

export class Looks {
  readonly #onTheirWay = new WeakMap<Call, View>();
  readonly #byPull = new Map<string, View>();
  readonly #rules = new Map<string, readonly View[]>();
  readonly #heads = new Map<number, Sha | null>();
  readonly #asked = new WeakMap<Call, Sha | null>();
  readonly #merges = new Map<Sha, AskedMerge>();
  readonly #late = new WeakSet<Call>();
  readonly #behind = new Map<string, boolean>();

  see(reader: Reader, moment: Moment, call: Call, github: GithubWorld): void {
    this.#seeChecks(reader, moment, call, github);
    if (call.name === 'github.mergePull') this.#seeMerge(reader, moment, call, github);
    const place = rulesPlace(call, reader);
    if (call.name !== 'github.readPulls' && place === null) return;
    if (moment === 'happened') this.#onTheirWay.set(call, github.shown);
    const view = this.#onTheirWay.get(call);
    if (moment !== 'answered' || !view) return;
    if (place) {
      const key = `${reader.index} ${place}`;
      this.#rules.set(key, [view, ...(this.#rules.get(key) ?? []).slice(0, 1)]);
      return;
    }
    this.#heads.set(reader.index, headOf(view, reader.config.branch));
    for (const number of pullsOf(call)) this.#byPull.set(`${reader.index} ${number}`, view);
  }

  #seeMerge(reader: Reader, moment: Moment, call: Call, { landings }: GithubWorld): void {
    if (moment === 'sent') this.#asked.set(call, this.headSeen(reader));
    const landing = landings.at(-1);
    if (moment !== 'happened' || !landing || landing.pr !== call.args[0]) return;
    // A call that merges nothing, since another has done so before.
    if (this.#merges.has(landing.sha)) return;
    this.#merges.set(landing.sha, { by: reader.index, seen: this.#asked.get(call) ?? null });
  }

  #seeChecks({ index }: Reader, moment: Moment, call: Call, { shown, view }: GithubWorld): void {
    if (!CHECKS.includes(call.name)) return;
    if (moment === 'happened' && shown !== view) this.#late.add(call);
    if (moment !== 'answered') return;
    const numbers = call.name === 'github.readPulls' ? pullsOf(call) : null;
    const pulls = Object.values(view.pulls).filter(
      ({ number }) => numbers?.includes(number) ?? true,
    );
    const shas =
      call.name === 'github.readRuns' ? [call.args[0]] : pulls.map(({ source }) => source.sha);
    for (const sha of shas) this.#behind.set(`${index} ${sha}`, this.#late.has(call));
  }

  /** Did the last look at the checks of this commit show them as they were some time ago? */
  isBehind({ index }: Reader, sha: Sha): boolean {
    return this.#behind.get(`${index} ${sha}`) ?? false;
  }

  /** The world as it was shown by the last read of this pull request. */
  of(reader: Reader, number: number): View | undefined {
    return this.#byPull.get(`${reader.index} ${number}`);
  }

  /** Where the branch was when it was looked at last with any pull request. */
  headSeen(reader: Reader): Sha | null {
    return this.#heads.get(reader.index) ?? null;
  }

  /** Who asked GitHub for the merge that made this commit. */
  askedMerge(sha: Sha): AskedMerge | null {
    return this.#merges.get(sha) ?? null;
  }

  /**
   * The sets of required checks that it may believe in: the last two of each place, since what is read is
   * believed only when the rest of the same look succeeded.
   */
  requiredChecks(reader: Reader): string[][] {
    const of = (place: RulesPlace): readonly (readonly string[])[] =>
      (this.#rules.get(`${reader.index} ${place}`) ?? []).map(({ rules }) => rules[place]);
    return of('ruleset').flatMap((some) => of('classic').map((others) => [...some, ...others]));
  }

  /** Of each pull request what its last read showed, and the rules that may be believed in. */
  get shown(): readonly unknown[] {
    return [
      [...this.#byPull].map(([key, { pulls, reports }]) => [key, pulls, reports]).sort(),
      [...this.#rules].map(([key, views]) => [key, views.map(({ rules }) => rules)]).sort(),
    ];
  }

  /** @returns what sets it back to how it is now */
  remember(): () => void {
    const byPull = [...this.#byPull];
    const rules = [...this.#rules];
    const heads = [...this.#heads];
    const merges = [...this.#merges];
    return () => {
      this.#byPull.clear();
      this.#rules.clear();
      this.#heads.clear();
      this.#merges.clear();
      for (const [sha, merge] of merges) this.#merges.set(sha, merge);
      for (const [index, head] of heads) this.#heads.set(index, head);
      for (const [key, view] of byPull) this.#byPull.set(key, view);
      for (const [key, views] of rules) this.#rules.set(key, views);
    };
  }
}

/** @returns null also for the rules of another branch, as of a source branch: by those nothing is judged */
function rulesPlace({ name, args }: Call, { config }: Reader): RulesPlace | null {
  if (name !== 'github.readRules' && name !== 'github.readProtection') return null;
  return args[0] === config.branch ? RULES[name] : null;
}

function pullsOf({ args }: Call): readonly number[] {
  const [numbers] = args;
  return Array.isArray(numbers) ? numbers.filter((number) => typeof number === 'number') : [];
}
