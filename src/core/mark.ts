// A mark says that something may have changed, and nothing about what: the truth is read back.
import type { BranchState } from '../../schemas/state.ts';
import { type FlagMark, mark } from './flags.ts';

/** A mark as an event gives it: events about checks name a commit, not a pull request. */
export type Mark = FlagMark | { readonly flag: 'github'; readonly read: { readonly sha: string } };

/** @returns the very same state when the mark concerns nothing that we know */
export function applyMark(state: BranchState, what: Mark): BranchState {
  const flags = resolve(state, what).reduce(mark, state.flags);
  return flags === state.flags ? state : { ...state, flags };
}

function resolve(state: BranchState, what: Mark): FlagMark[] {
  if (what.flag !== 'github') return [what];
  const { flag, read } = what;
  if (typeof read !== 'object') return [{ flag, read }];
  const { sha } = read;
  return Object.values(state.pulls)
    .filter(({ facts }) => facts.source.sha === sha)
    .map(({ facts }) => ({ flag, read: facts.number }));
}
