// The hourly look for webhooks that did not arrive (P1): when it is due, which of them to ask for again, and when to look
// next. Pure. A poll repairs whatever a lost webhook was about, so that this may be late, or never.
import type { BranchState } from '../../schemas/state.ts';
import type { Fault } from './fault.ts';
import { isDirty } from './flags.ts';
import { heldUntil } from './fold-hold.ts';

const HOUR_MS = 3_600_000;
/** What is older a poll has long found. */
export const LOOKED_BACK_MS = 24 * HOUR_MS;
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

/** There is something to do before: nothing of a sweep may delay it. */
export const isBusy = ({ flags, outbox }: BranchState, now: number): boolean =>
  isDirty(flags.github) ||
  isDirty(flags.batch) ||
  isDirty(flags.state) ||
  Object.values(outbox).some(({ notBefore }) => notBefore <= now);

export const isSweepDue = (state: BranchState, now: number): boolean =>
  (state.sweep?.nextAt ?? 0) <= now &&
  heldUntil(state.holds.github, 'everyday') <= now &&
  !isBusy(state, now);

/** Each event once, whoever asked for it: GitHub's record tells. Oldest first. */
export function toSendAgain(
  failed: readonly Delivery[],
  arrived: readonly Delivery[],
  since: number,
): Delivery[] {
  const settled = new Set([
    ...arrived.map(({ guid }) => guid),
    ...failed.filter(({ redelivery }) => redelivery).map(({ guid }) => guid),
  ]);
  return failed
    .filter(({ guid, at }) => at >= since && !settled.has(guid))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, REDELIVERED_MAX);
}

export const swept = (state: BranchState, redelivered: number, now: number): BranchState => ({
  ...state,
  sweep: { at: now, nextAt: now + HOUR_MS, redelivered, problem: null },
});

export function sweepFailed(state: BranchState, fault: Fault, now: number): BranchState {
  const isRefused = fault.kind === 'refused' || fault.kind === 'misconfigured';
  const limited = 'retryAfterMs' in fault ? fault.retryAfterMs : 0;
  const pause = isRefused ? REFUSED_MS : Math.max(limited, HOUR_MS);
  const problem = isRefused ? fault.message : null;
  return { ...state, sweep: { at: now, nextAt: now + pause, redelivered: 0, problem } };
}
