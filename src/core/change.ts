// Small changes of the state that several folds are made of.
import type { Action } from '../../schemas/action.ts';
import type { Landing } from '../../schemas/landing.ts';
import type { BranchState, OutboxRow, PullRequest } from '../../schemas/state.ts';
import { actionKey } from './action-key.ts';

export const withRow = (state: BranchState, row: OutboxRow): BranchState => ({
  ...state,
  outbox: { ...state.outbox, [actionKey(state.branch, row.action)]: row },
});

export function withoutRow(state: BranchState, action: Action): BranchState {
  const { [actionKey(state.branch, action)]: _, ...outbox } = state.outbox;
  return { ...state, outbox };
}

/** Nothing changes when there is no such pull request any more. */
export const withPull = (
  state: BranchState,
  pr: number,
  change: (pull: PullRequest) => PullRequest,
): BranchState => {
  const pull = state.pulls[pr];
  return pull ? { ...state, pulls: { ...state.pulls, [pr]: change(pull) } } : state;
};

export const withLanding = (
  state: BranchState,
  sha: string,
  change: Partial<Landing>,
): BranchState => ({
  ...state,
  landings: state.landings.map((landing) =>
    landing.testedSha === sha ? { ...landing, ...change } : landing,
  ),
});

/** The newest `size` entries, by order of insertion. */
export const bounded = <T>(record: Record<string, T>, size: number): Record<string, T> =>
  Object.fromEntries(Object.entries(record).slice(-size));

/** Of how many pull requests that left the attempts are remembered. */
export const KEPT_ATTEMPTS = 1_000;
/** And of how many their results, and what was said on them. */
export const KEPT_RESULTS = 100;
