// Whether a branch is frozen now: a freeze may have an end, and from then on it counts no more, whether or not
// anybody has cleared it yet.
import type { Freeze } from '../../schemas/freeze.ts';
import type { BranchState } from '../../schemas/state.ts';
import { mark } from './flags.ts';

const MINUTE_MS = 60_000;

const isOver = ({ until }: Freeze, now: number): boolean => until !== null && until <= now;

export const freezeAt = ({ frozen }: BranchState, now: number): Freeze | null =>
  frozen === null || isOver(frozen, now) ? null : frozen;

/** Clears a freeze that is over, and has it decided anew what may be done. */
export const thawed = (state: BranchState, now: number): BranchState =>
  state.frozen === null || !isOver(state.frozen, now)
    ? state
    : { ...state, frozen: null, flags: mark(state.flags, { flag: 'state' }) };

/** What is said when it ends. Who ended it before its time has given a command, which is in the log before this. */
export function wordsOfEnd({ by, reason, since, until }: Freeze): string {
  const length = until === null ? '' : ` for ${Math.round((until - since) / MINUTE_MS)} minutes`;
  return `Unfrozen; ${by} had frozen it${length}: ${reason}`;
}
