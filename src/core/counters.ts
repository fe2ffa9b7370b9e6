// Counts -> counts and one more: what happened, what was asked of whom, how long it took. Pure.
import type { Counters, Histogram } from '../../schemas/counters.ts';
import type { News } from '../../schemas/event.ts';

const MINUTE = 60;
const HOUR = 3_600;
/** From a test that is cached to a pull request that waited over a long weekend. */
export const LANDING_BOUNDS: readonly number[] = [
  ...[5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR],
  ...[4 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR],
];

const empty = (bounds: readonly number[]): Histogram => ({
  counts: Array(bounds.length + 1).fill(0),
  sum: 0,
});

export const newCounters: Counters = {
  passes: 0,
  crashes: 0,
  passSeconds: 0,
  lastPassSeconds: 0,
  lastPassAt: 0,
  events: {},
  calls: {},
  webhooks: { noted: 0, repeated: 0 },
  secondsToLand: empty(LANDING_BOUNDS),
};

export function withEvent(counters: Counters, { kind, data }: News): Counters {
  const events = plusOne(counters.events, kind);
  const waited = kind === 'land.landed' ? data['waited_ms'] : null;
  if (typeof waited !== 'number') return { ...counters, events };
  const secondsToLand = withValue(counters.secondsToLand, LANDING_BOUNDS, waited / 1000);
  return { ...counters, events, secondsToLand };
}

export const withCall = (counters: Counters, api: string, outcome: string): Counters => ({
  ...counters,
  calls: plusOne(counters.calls, `${api} ${outcome}`),
});

export const withWebhook = (counters: Counters, what: 'noted' | 'repeated'): Counters => ({
  ...counters,
  webhooks: { ...counters.webhooks, [what]: counters.webhooks[what] + 1 },
});

/** @param at the end of the pass, in milliseconds since the epoch */
export const withPass = (
  counters: Counters,
  { at, ms, crashed }: { readonly at: number; readonly ms: number; readonly crashed: boolean },
): Counters => ({
  ...counters,
  passes: counters.passes + 1,
  crashes: counters.crashes + (crashed ? 1 : 0),
  passSeconds: counters.passSeconds + ms / 1000,
  lastPassSeconds: ms / 1000,
  lastPassAt: at,
});

const plusOne = (counts: Readonly<Record<string, number>>, key: string) => ({
  ...counts,
  [key]: (counts[key] ?? 0) + 1,
});

function withValue(
  { counts, sum }: Histogram,
  bounds: readonly number[],
  value: number,
): Histogram {
  const at = bounds.findIndex((bound) => value <= bound);
  const place = at === -1 ? bounds.length : at;
  return {
    counts: counts.map((count, index) => (index === place ? count + 1 : count)),
    sum: sum + value,
  };
}
