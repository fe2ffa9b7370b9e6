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

/**
 * A memory of at most `size`, with what is new last: all of that, however low its numbers, and of what was there the
 * newest, which among numbers are the highest.
 */
export function remembering<T>(
  memory: Readonly<Record<string, T>>,
  newest: Readonly<Record<string, T>>,
  size: number,
): Record<string, T> {
  const added = Object.entries(newest).slice(-size);
  const others = Object.entries(memory).filter(([key]) => !(key in newest));
  const room = size - added.length;
  return Object.fromEntries([...others.slice(Math.max(0, others.length - room)), ...added]);
}

/** Of how many pull requests that left, and were tested more than once, the attempts are remembered. */
export const KEPT_ATTEMPTS = 1_000;
/** Of how many commits it is remembered how often they were deployed: as many as are read after lost storage. */
export const KEPT_DEPLOYS = 1_000;
/** And of how many pull requests that left their results, and what was said on them. */
export const KEPT_RESULTS = 100;

/** The attempts with that of one that leaves; the first needs no memory. */
export const withAttemptOf = (
  attempts: BranchState['attempts'],
  { facts: { number }, attempt }: PullRequest,
): BranchState['attempts'] =>
  attempt === 1 ? attempts : remembering(attempts, { [number]: attempt }, KEPT_ATTEMPTS);
