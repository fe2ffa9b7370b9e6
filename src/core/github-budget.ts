// What GitHub lets one credential ask: what is left of its hourly limits, by what the last answers said, and
// until when a secondary limit forbids everything. Pure; src/clients/github/budget.ts remembers it.
import type { Fault } from './fault.ts';

/** REST and GraphQL are counted apart. */
export type Resource = 'core' | 'graphql';
/** The calls of a landing may use what is kept for them. */
export type Purpose = 'everyday' | 'landing';

export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetsAt: number;
}

export interface GithubBudget {
  /** null: no answer has told yet. */
  readonly left: Readonly<Record<Resource, Allowance | null>>;
  readonly forbidden: { readonly until: number; readonly because: string } | null;
  /** What the credential may not do and should, in a sentence; null: nothing was told of such a thing. */
  readonly problem: string | null;
}

export const unknownBudget: GithubBudget = {
  left: { core: null, graphql: null },
  forbidden: null,
  problem: null,
};

/** What an answer said, as far as it concerns limits and what the credential may do. */
export interface LimitNews {
  readonly resource: Resource;
  /** null: it said nothing of it. */
  readonly allowance: Allowance | null;
  readonly fault: Fault | null;
  /** Left out: it said nothing of it. */
  readonly problem?: string | null;
}

/** GitHub's own servers do not agree on the second at which an hour is over. */
const SAME_HOUR_MS = 10_000;

/** A limit is for an hour: one that would be for much longer was told by a clock that is wrong. */
const LONGEST_MS = 2 * 3_600_000;

/** Answers may arrive in another order than they were given. */
export function heard(budget: GithubBudget, news: LimitNews, now: number): GithubBudget {
  const { resource, fault, problem = budget.problem } = news;
  const latest = now + LONGEST_MS;
  const allowance = news.allowance && {
    ...news.allowance,
    resetsAt: Math.min(news.allowance.resetsAt, latest),
  };
  const left =
    allowance === null
      ? budget.left
      : { ...budget.left, [resource]: newest(budget.left[resource], allowance, now) };
  const isSpent = allowance?.remaining === 0 && allowance.resetsAt > now;
  if (fault?.kind !== 'rate_limited' || isSpent) return { ...budget, left, problem };
  const until = now + fault.retryAfterMs;
  const isLonger = until > (budget.forbidden?.until ?? 0);
  return {
    ...{ left, problem },
    forbidden: isLonger ? { until, because: fault.message } : budget.forbidden,
  };
}

/** Of one hour it is the least that was left; a later hour begins anew. */
function newest(known: Allowance | null, told: Allowance, now: number): Allowance {
  if (known === null || known.resetsAt <= now || known.limit !== told.limit) return told;
  if (told.resetsAt < known.resetsAt - SAME_HOUR_MS) return known;
  if (told.resetsAt > known.resetsAt + SAME_HOUR_MS) return told;
  return told.remaining < known.remaining ? told : known;
}

/**
 * @param reserve the share of a limit that is kept for landings
 * @returns why a request may not be sent now, or null
 */
export function refusalOf(
  budget: GithubBudget,
  { resource, purpose }: { readonly resource: Resource; readonly purpose: Purpose },
  reserve: number,
  now: number,
): Fault | null {
  const { forbidden, left } = budget;
  if (forbidden && forbidden.until > now)
    return {
      kind: 'rate_limited',
      message: `GitHub wants us to wait: ${forbidden.because}`,
      retryAfterMs: forbidden.until - now,
    };
  const allowance = left[resource];
  if (allowance === null || allowance.resetsAt <= now) return null;
  const { limit, remaining, resetsAt } = allowance;
  const retryAfterMs = resetsAt - now;
  const words = `${remaining} of ${limit} requests of this hour (${resource}) are left`;
  if (remaining <= 0)
    return { kind: 'rate_limited', message: `GitHub's limit: ${words}`, retryAfterMs };
  return purpose === 'everyday' && remaining <= keptOf(limit, reserve)
    ? { kind: 'reserved', message: `${words}, which are kept for landings`, retryAfterMs }
    : null;
}

/** Requests of a limit that are kept for landings. */
export const keptOf = (limit: number, reserve: number): number => Math.floor(limit * reserve);

/** What of it still says something: an hour that is over has told all that it had to tell. */
export function presentBudget(
  { left, forbidden, problem }: GithubBudget,
  now: number,
): GithubBudget {
  const present = (allowance: Allowance | null): Allowance | null =>
    allowance !== null && allowance.resetsAt > now ? allowance : null;
  return {
    problem,
    left: { core: present(left.core), graphql: present(left.graphql) },
    forbidden: forbidden !== null && forbidden.until > now ? forbidden : null,
  };
}
