// What we did on a pull request for the people there -> state: whom we assigned, what we commented. Part of
// fold-outcome.ts, which owns the outbox.
import type { BranchState } from '../../schemas/state.ts';
import { withPull } from './change.ts';
import { digest } from './digest.ts';
import type { Outcome } from './outcome.ts';

type Said = Extract<Outcome, { kind: 'assigned' | 'assign_refused' | 'commented' }>;

export const foldSaid = (state: BranchState, outcome: Said): BranchState =>
  withPull(state, outcome.action.pr, (pull) => {
    if (outcome.kind === 'commented')
      return { ...pull, comment: { id: outcome.id, words: digest(outcome.action.text) } };
    const { facts, reviewer } = pull;
    if (reviewer === null) return pull;
    if (outcome.kind === 'assign_refused')
      return { ...pull, reviewer: { ...reviewer, state: 'refused', words: outcome.words } };
    const { login } = reviewer;
    return {
      ...pull,
      reviewer: { ...reviewer, state: 'asked' },
      facts: { ...facts, assignees: [login], reviewers: [login] },
    };
  });
