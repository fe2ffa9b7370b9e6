// One credential at the in-memory GitHub: what GitHub counts of it and says in its headers, and what it has told so far,
// so that anybody can say what must not be asked now. With it goes the memory of the isolate that uses it.
import { Budget } from '../../../src/clients/github/budget.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { keptOf, type Resource } from '../../../src/core/github-budget.ts';
import { bakery } from './bakery.ts';

export interface Limits {
  /** Of REST and of GraphQL each. */
  readonly perHour: number;
  /** An hour of GitHub's, which is shorter in most histories. */
  readonly hourMs: number;
  /** Requests of any kind; more meet a secondary limit. */
  readonly perMinute: number;
  readonly retryAfterSeconds: number;
}

export const generous = ({ hourMs }: Limits): Limits => ({
  ...{ perHour: 100_000, hourMs, perMinute: Number.POSITIVE_INFINITY, retryAfterSeconds: 60 },
});

type Headers = Readonly<Record<string, string>>;

/** What GitHub makes of a request before it looks at it. */
interface Counted {
  readonly headers: Headers;
  readonly refusal: string | null;
}

/** What the answers of one hour have said. */
interface Left {
  readonly limit: number;
  readonly until: number;
  readonly least: number;
  /** When that was told, and what was the least before. */
  readonly toldAt: number;
  readonly before: number;
}

const MINUTE = 60_000;
const SECONDARY = 'You have exceeded a secondary rate limit';

export class Credential {
  readonly budget: Budget;
  /** null: nobody counts, and nothing is said of it. */
  limits: Limits | null = null;
  readonly #now: () => number;
  #used = { hour: 0, core: 0, graphql: 0 };
  #lately: readonly number[] = [];
  /** What was told last, and when. */
  #waitUntil = 0;
  #toldAt = 0;
  #left: Readonly<Partial<Record<Resource, Left>>> = {};

  /** @param now the world's clock, whatever a branch takes for the time */
  constructor(now: () => number) {
    this.#now = now;
    this.budget = new Budget({
      ...{ reserve: bakery.keptForLandings, now, web: bakery.webUrl },
      onProblem: () => {},
    });
  }

  /** Somebody else uses the credential, until so much is left. */
  leave(remaining: number): void {
    const { perHour = 0 } = this.limits ?? {};
    const used = perHour - remaining;
    this.#used = { hour: this.#hour(), core: used, graphql: used };
  }

  /** A request has come to GitHub. */
  count(resource: Resource): Counted {
    const { limits } = this;
    if (limits === null) return { headers: {}, refusal: null };
    if (this.#used.hour !== this.#hour()) this.#used = { hour: this.#hour(), core: 0, graphql: 0 };
    if (this.#used[resource] >= limits.perHour)
      return { headers: this.#headers(limits, resource), refusal: 'API rate limit exceeded' };
    this.#lately = [...this.#lately.filter((at) => at > this.#now() - MINUTE), this.#now()];
    if (this.#lately.length > limits.perMinute) {
      const wait = { 'retry-after': String(limits.retryAfterSeconds) };
      return { headers: { ...this.#headers(limits, resource), ...wait }, refusal: SECONDARY };
    }
    this.#used = { ...this.#used, [resource]: this.#used[resource] + 1 };
    return { headers: this.#headers(limits, resource), refusal: null };
  }

  /** An answer has come back. */
  hear(resource: Resource, headers: Headers, fault: Fault | null): void {
    const remaining = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
    const until = Number(headers['x-ratelimit-reset'] ?? 0) * 1_000;
    if (until > this.#now()) {
      const limit = Number(headers['x-ratelimit-limit']);
      const known = this.#left[resource];
      const isSame = known?.until === until && known.limit === limit;
      const before = isSame ? this.#leastOf(known) : Number.POSITIVE_INFINITY;
      const least = isSame ? Math.min(known.least, remaining) : remaining;
      const toldAt = this.#now();
      this.#left = { ...this.#left, [resource]: { limit, until, least, toldAt, before } };
      if (remaining === 0) return;
    }
    if (fault?.kind !== 'rate_limited') return;
    // Who is told already knows; whoever hears it first may send something in this very moment, before it is read.
    if (this.#waitUntil <= this.#now()) this.#toldAt = this.#now();
    this.#waitUntil = Math.max(this.#waitUntil, this.#now() + fault.retryAfterMs);
  }

  /** It was told to wait, or that nothing is left. */
  mustWait(resource: Resource): boolean {
    const isTold = this.#toldAt < this.#now() && this.#waitUntil > this.#now();
    const left = this.#leftOf(resource);
    return isTold || (left !== null && this.#leastOf(left) === 0);
  }

  /** It was told that no more is left than what is kept for landings. */
  isKept(resource: Resource): boolean {
    const left = this.#leftOf(resource);
    return left !== null && this.#leastOf(left) <= keptOf(left.limit, bakery.keptForLandings);
  }

  /** Better times: what was told of the limits before is not true any more. */
  becomeGenerous(): void {
    if (this.limits) this.limits = generous(this.limits);
  }

  /** What was told in this very moment may not be read yet by whoever sends something in it. */
  #leastOf({ least, toldAt, before }: Left): number {
    return toldAt < this.#now() ? least : before;
  }

  #leftOf(resource: Resource): Left | null {
    const left = this.#left[resource];
    return left && left.until > this.#now() ? left : null;
  }

  #hour = (): number => Math.floor(this.#now() / (this.limits?.hourMs ?? 1));

  #headers({ perHour, hourMs }: Limits, resource: Resource): Headers {
    const used = this.#used[resource];
    return {
      'x-ratelimit-limit': String(perHour),
      'x-ratelimit-used': String(used),
      'x-ratelimit-remaining': String(Math.max(0, perHour - used)),
      'x-ratelimit-reset': String(((this.#hour() + 1) * hourMs) / 1_000),
      'x-ratelimit-resource': resource,
    };
  }
}
