// Whether a branch is frozen now: a freeze may have an end, and from then on it counts no more, whether or not
// anybody has cleared it yet.
import type { Freeze } from '../../schemas/freeze.ts';
import type { BranchState } from '../../schemas/state.ts';
import { mark } from './flags.ts';

const isOver = ({ until }: Freeze, now: number): boolean => until !== null && until <= now;

export const freezeAt = ({ frozen }: BranchState, now: number): Freeze | null =>
  frozen === null || isOver(frozen, now) ? null : frozen;

/** Clears a freeze that is over, and has it decided anew what may be done. */
export const thawed = (state: BranchState, now: number): BranchState =>
  state.frozen === null || !isOver(state.frozen, now)
    ? state
    : { ...state, frozen: null, flags: mark(state.flags, { flag: 'state' }) };
