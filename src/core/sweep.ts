// The hourly look for webhooks that did not arrive (P1): when it is due, which of them to ask for again, and when to look
// next. Pure. A poll repairs whatever a lost webhook was about, so that this may be late, or never.
import type { BranchState } from '../../schemas/state.ts';
import type { Fault } from './fault.ts';
import { isDirty } from './flags.ts';
import { heldUntil } from './fold-hold.ts';

const HOUR_MS = 3_600_000;
/** What is older a poll has long found. */
const LOOKED_BACK_MS = 24 * HOUR_MS;
/** Who may not look today may not in an hour either. */
const REFUSED_MS = 24 * HOUR_MS;
const REDELIVERED_MAX = 10;

/** One try at delivering a webhook. */
export interface Delivery {
  readonly id: number;
  /** The event's: the same when it is sent again. */
  readonly guid: string;
  readonly at: number;
  readonly redelivery: boolean;
}

/** What of the failed is looked for. */
export interface Failing {
  readonly since: number;
  readonly asked: Asked;
}

/** There is something to do before: nothing of a sweep may delay it. */
export const isBusy = ({ flags, outbox }: BranchState, now: number): boolean =>
  isDirty(flags.github) ||
  isDirty(flags.batch) ||
  isDirty(flags.state) ||
  Object.values(outbox).some(({ notBefore }) => notBefore <= now);

/** GitHub may be asked for what is not urgent. */
export const isQuiet = (state: BranchState, now: number): boolean =>
  heldUntil(state.holds.github, 'everyday') <= now && !isBusy(state, now);

export const isSweepDue = (state: BranchState, now: number): boolean =>
  (state.sweep?.nextAt ?? 0) <= now && isQuiet(state, now);

/** By GUID, with when each had failed. */
export type Asked = Readonly<Record<string, number>>;

/**
 * Each event once, whoever asked for it: GitHub's record tells, and what we have asked for we remember, since of a busy
 * webhook the record that is read does not go back so far. Oldest first.
 */
export function toSendAgain(
  failed: readonly Delivery[],
  arrived: readonly Delivery[],
  { since, asked }: Failing,
): Delivery[] {
  const settled = new Set([
    ...Object.keys(asked),
    ...arrived.map(({ guid }) => guid),
    ...failed.filter(({ redelivery }) => redelivery).map(({ guid }) => guid),
  ]);
  return failed
    .filter(({ guid, at }) => at >= since && !settled.has(guid))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, REDELIVERED_MAX);
}

/** What is to be looked for now. */
export function failing({ sweep }: BranchState, now: number): Failing {
  const since = now - LOOKED_BACK_MS;
  const asked = Object.entries(sweep?.asked ?? {}).filter(([, at]) => at >= since);
  return { since, asked: Object.fromEntries(asked) };
}

/** @param asked those of earlier sweeps, too @param redelivered how many of them in this one */
export const swept = (
  state: BranchState,
  { asked, redelivered }: { readonly asked: Asked; readonly redelivered: number },
  now: number,
): BranchState => ({
  ...state,
  sweep: { at: now, nextAt: now + HOUR_MS, redelivered, asked, problem: null },
});

export function sweepFailed(
  state: BranchState,
  asked: Asked,
  fault: Fault,
  now: number,
): BranchState {
  const isRefused = fault.kind === 'refused' || fault.kind === 'misconfigured';
  const limited = 'retryAfterMs' in fault ? fault.retryAfterMs : 0;
  const pause = isRefused ? REFUSED_MS : Math.max(limited, HOUR_MS);
  const problem = isRefused ? fault.message : null;
  return { ...state, sweep: { at: now, nextAt: now + pause, redelivered: 0, asked, problem } };
}
