// GitHub's rate limits: how much a caller has left this hour, and the secondary limits of the minute.
// One count per caller, whatever the token: tokens of one person share it, an installation has its own.

import type { Identity } from './grants.ts';
import type { Limits } from './model/knobs.ts';
import { Refusal } from './refusal.ts';

export type Resource = 'core' | 'graphql';

export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

interface Recent {
  readonly atMs: number;
  readonly points: number;
  readonly isContent: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What GitHub counts for a request that only reads, and for one that may write. */
const READ_POINTS = 1;
const WRITE_POINTS = 5;

/** Who shares one allowance. */
export function callerOf(identity: Identity | null): string {
  if (identity === null) return 'nobody';
  return identity.kind === 'installation'
    ? `installation ${identity.installation.id}`
    : `user ${identity.account.id}`;
}

export class RateLimits {
  readonly #limits: () => Limits;
  readonly #nowMs: () => number;
  readonly #used = new Map<string, number>();
  readonly #recent = new Map<string, Recent[]>();
  readonly #underWay = new Map<string, number>();

  constructor(limits: () => Limits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  allowance(caller: string, resource: Resource): Allowance {
    const { rest_per_hour, graphql_points_per_hour } = this.#limits();
    const limit = resource === 'core' ? rest_per_hour : graphql_points_per_hour;
    const used = this.#used.get(this.#key(caller, resource)) ?? 0;
    const reset = ((this.#hour() + 1) * HOUR_MS) / 1000;
    return { limit, used, remaining: Math.max(0, limit - used), reset };
  }

  spend(caller: string, resource: Resource, points: number): void {
    const key = this.#key(caller, resource);
    this.#used.set(key, (this.#used.get(key) ?? 0) + points);
  }

  /**
   * Lets a request in and counts it; whoever calls this calls `leave` when it is answered.
   * Throws a 403 Refusal with `retry-after` for a secondary limit.
   */
  enter(caller: string, isWrite: boolean): void {
    const { points_per_minute, content_per_minute, content_per_hour, concurrent } = this.#limits();
    const points = isWrite ? WRITE_POINTS : READ_POINTS;
    const nowMs = this.#nowMs();
    const all = (this.#recent.get(caller) ?? []).filter(({ atMs }) => atMs > nowMs - HOUR_MS);
    const ofMinute = all.filter(({ atMs }) => atMs > nowMs - MINUTE_MS);
    const contents = (list: readonly Recent[]) => list.filter(({ isContent }) => isContent).length;
    const pointsSoFar = ofMinute.reduce((sum, one) => sum + one.points, 0);
    const under = this.#underWay.get(caller) ?? 0;
    const isOver =
      pointsSoFar + points > (points_per_minute ?? Infinity) ||
      (isWrite && contents(ofMinute) >= (content_per_minute ?? Infinity)) ||
      (isWrite && contents(all) >= (content_per_hour ?? Infinity)) ||
      under >= (concurrent ?? Infinity);
    if (isOver) throw this.#secondary();
    // Nobody looks at the past when nothing of it is limited.
    const isWatched = (points_per_minute ?? content_per_minute ?? content_per_hour) !== null;
    if (isWatched) this.#recent.set(caller, [...all, { atMs: nowMs, points, isContent: isWrite }]);
    this.#underWay.set(caller, under + 1);
  }

  leave(caller: string): void {
    this.#underWay.set(caller, Math.max(0, (this.#underWay.get(caller) ?? 0) - 1));
  }

  #secondary(): Refusal {
    return new Refusal(
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID F0F0:F0F0.',
      [],
      { 'retry-after': String(this.#limits().retry_after_seconds) },
    );
  }

  #hour = (): number => Math.floor(this.#nowMs() / HOUR_MS);

  #key(caller: string, resource: Resource): string {
    const key = `${this.#hour()} ${resource} ${caller}`;
    // Of an hour that is over nothing is wanted any more.
    if (!this.#used.has(key) && this.#used.size > 1000) this.#used.clear();
    return key;
  }
}

export const limitHeaders = (resource: Resource, allowance: Allowance): Record<string, string> => ({
  'x-ratelimit-limit': String(allowance.limit),
  'x-ratelimit-remaining': String(allowance.remaining),
  'x-ratelimit-used': String(allowance.used),
  'x-ratelimit-reset': String(allowance.reset),
  'x-ratelimit-resource': resource,
});
