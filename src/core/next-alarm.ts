// When the branch has to wake up next, and what waking up means. Pure.
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { isDirty, mark, markAll } from './flags.ts';
import { heldUntil } from './fold-hold.ts';
import { thawed } from './freeze.ts';
import { findableAt, isGithubRead } from './judge-branch.ts';
import { deletableAt, isListDue } from './judge-namespace.ts';
import { standstillAt } from './standstill.ts';
import { startsInDoubt } from './start-in-doubt.ts';

/** @returns milliseconds since the epoch, never later than the next poll */
export function nextAlarm(state: BranchState, config: BranchConfig, now: number): number {
  const poll = pollDueAt(state, config, now);
  const retries = retriesAt(state, config).filter((at) => at > now);
  const sweep = state.sweep && state.sweep.nextAt > now ? [state.sweep.nextAt] : [];
  return Math.min(poll, ...dirtyAt(state, config, now), ...retries, ...sweep);
}

/** A poll of the future was noted by a clock that was wrong, and would silence the branch until then. */
const pollDueAt = ({ polledAt }: BranchState, config: BranchConfig, now: number): number =>
  polledAt === null || polledAt > now ? 0 : polledAt + config.pollEveryMs;

/** A dirty flag is due at once, unless its API asked us to wait; Batch's not before GitHub was read. A freeze ends on time. */
function dirtyAt(state: BranchState, config: BranchConfig, now: number): number[] {
  const { flags, holds, frozen } = state;
  const at: number[] = [];
  if (isDirty(flags.github)) at.push(Math.max(now, holds.github?.notBefore ?? 0));
  if (isDirty(flags.batch) && isGithubRead(state))
    at.push(Math.max(now, holds.batch?.notBefore ?? 0));
  if (isDirty(flags.state)) at.push(now);
  const frozenUntil = frozen?.until ?? null;
  if (frozenUntil !== null) at.push(Math.max(now, frozenUntil));
  if (config.kubernetesUrl !== null && isListDue(state))
    at.push(Math.max(now, holds.kubernetes?.notBefore ?? 0));
  return at;
}

/** The times at which something that waits may be decided anew. */
function retriesAt(state: BranchState, config: BranchConfig): number[] {
  return [
    ...Object.values(state.outbox).map((row) => row.notBefore),
    ...Object.values(state.pulls).flatMap(({ parked, maybeLanded }) => [
      ...(parked ? [parked.until] : []),
      ...(maybeLanded ? [findableAt(maybeLanded)] : []),
    ]),
    ...Object.values(state.holds).flatMap((hold) =>
      hold ? [hold.notBefore, heldUntil(hold, 'landing')] : [],
    ),
    ...(config.kubernetesUrl === null ? [] : deletionsAt(state)),
    standstillAt(state, config) ?? 0,
  ];
}

const deletionsAt = (state: BranchState): number[] =>
  Object.values(state.namespaces).flatMap((row) => deletableAt(row, state) ?? []);

/**
 * S4.1: a poll marks every flag. A retry that has come due marks the state flag alone, unless a batch
 * may have been made whose number we never learned: then Batch is read before anything is repeated.
 */
export function wake(before: BranchState, config: BranchConfig, now: number): BranchState {
  const state = thawed(before, now);
  if (now >= pollDueAt(state, config, now))
    return { ...state, flags: markAll(state.flags), polledAt: now };
  if (startsInDoubt(state).length > 0 && !isDirty(state.flags.batch)) {
    const flags = mark(mark(state.flags, { flag: 'batch', read: 'everything' }), { flag: 'state' });
    return { ...state, flags };
  }
  // What came due before the last decision was looked at then.
  const due = retriesAt(state, config).some((at) => at <= now && at > state.decidedAt);
  return due && !isDirty(state.flags.state)
    ? { ...state, flags: mark(state.flags, { flag: 'state' }) }
    : state;
}

/** An alarm that is so much overdue was lost by the platform. */
const OVERDUE_MS = 2 * 60_000;

/**
 * Whether the alarm must be set to ring at once; one that is about to ring is left alone, since each setting is a row written.
 * @param alarm for which it is set, in milliseconds since the epoch; null: for nothing, or it rings right now
 */
export const mustRing = (alarm: number | null, now: number): boolean =>
  alarm === null || alarm > now || alarm < now - OVERDUE_MS;
