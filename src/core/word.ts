// A word to people is known again only by looking for it where it would stand, which reads that lag do not show. So it is
// not said again before a look is sure to find it.
import type { Action } from '../../schemas/action.ts';
import type { BranchState } from '../../schemas/state.ts';

export const isWord = ({ kind }: Action): boolean => kind === 'comment' || kind === 'close_landed';

/** By the keys of the outbox; one that nobody wants now may be wanted again, as when a pull request is closed and opened. */
export const wordsInDoubt = ({ outbox }: BranchState, now: number): string[] =>
  Object.entries(outbox).flatMap(([key, { action, state, notBefore }]) =>
    isWord(action) && state !== 'failed' && notBefore > now ? [key] : [],
  );
