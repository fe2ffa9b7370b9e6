// Assigning a member of a team (S5.5). Who it is is remembered before anybody is asked, so that trying again asks the same.
import type { ActionOf } from '../../schemas/action.ts';
import { withPull } from '../core/change.ts';
import { faulted, notTried, type Outcome } from '../core/outcome.ts';
import { withReviewer } from '../core/reviewer.ts';
import type { Loop } from './loop.ts';

export async function assign(
  { store, github, config, random }: Loop,
  action: ActionOf<'assign'>,
): Promise<Outcome> {
  const { pr, team } = action;
  const chance = random();
  const state = store.update((state) =>
    withPull(state, pr, (pull) => withReviewer(pull, team, config, chance)),
  );
  const login = state.pulls[pr]?.reviewer?.login;
  if (login === undefined)
    return notTried(action, { kind: 'unreadable', message: 'there is nobody to assign now' });
  const done = await github.assign(pr, login);
  if (done.ok) return { kind: 'assigned', action };
  // Whom GitHub will not ask for review it says so of; any other refusal may be of a moment.
  return done.error.kind === 'refused' && done.error.status === 422
    ? { kind: 'assign_refused', action, words: done.error.message }
    : faulted(action, done.error);
}
