// What we did on a pull request for the people there -> state: whom we assigned, what we commented. Part of
// fold-outcome.ts, which owns the outbox.
import type { PullNumber } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { Said } from '../../schemas/words.ts';
import { withPull } from './change.ts';
import { digest } from './digest.ts';
import type { Outcome } from './outcome.ts';

type Telling = Extract<Outcome, { kind: 'assigned' | 'assign_refused' | 'commented' }>;

export function foldSaid(state: BranchState, outcome: Telling): BranchState {
  const { pr } = outcome.action;
  const said = withSaid(state, pr, (before) => saidAfter(before, outcome));
  const login = said.pulls[pr]?.reviewer?.login;
  if (outcome.kind !== 'assigned' || login === undefined) return said;
  return withPull(said, pr, (pull) => ({
    ...pull,
    facts: { ...pull.facts, assignees: [login], reviewers: [login] },
  }));
}

/** A call to say something begins: until its answer is here, what GitHub shows is in doubt, whatever is to be said by then. */
export const commentBegun = (state: BranchState, pr: PullNumber): BranchState =>
  withSaid(state, pr, (said) => ({
    ...said,
    comment: { id: said.comment?.id ?? null, words: null },
  }));

function saidAfter(said: Said, outcome: Telling): Said {
  if (outcome.kind === 'commented')
    return { ...said, comment: { id: outcome.id, words: digest(outcome.action.text) } };
  const { reviewer } = said;
  if (reviewer === null) return said;
  return outcome.kind === 'assigned'
    ? { ...said, reviewer: { ...reviewer, state: 'asked' } }
    : { ...said, reviewer: { ...reviewer, state: 'refused', words: outcome.words } };
}

/** Also of one that left while a call was on its way: it may come back. */
function withSaid(state: BranchState, pr: PullNumber, change: (said: Said) => Said): BranchState {
  const left = state.said[pr];
  if (state.pulls[pr]) return withPull(state, pr, (pull) => ({ ...pull, ...change(pull) }));
  return left ? { ...state, said: { ...state.said, [pr]: change(left) } } : state;
}
