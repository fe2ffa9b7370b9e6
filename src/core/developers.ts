// The people of the settings by either of their names, and which pull requests are about whom.
import type { Developer } from '../../schemas/config.ts';
import type { PullStatus } from '../../schemas/status.ts';
import type { Viewer } from './viewer.ts';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * @param name of an account, else of a login at GitHub; `me`: who asks
 * @returns null for somebody who is no developer, and for a machine that asks for `me`
 */
export function findDeveloper(
  developers: readonly Developer[],
  name: string,
  viewer: Viewer,
): Developer | null {
  if (name === 'me') return viewer.login === null ? null : byLogin(developers, viewer.login);
  return developers.find(({ account }) => account === name) ?? byLogin(developers, name);
}

/** Case aside, as GitHub compares logins. @returns null where that is nobody's */
export const byLogin = (developers: readonly Developer[], login: string): Developer | null =>
  developers.find(({ github }) => same(github, login)) ?? null;

type Pull = Pick<
  PullStatus,
  'author' | 'assignees' | 'reviewers' | 'build_state' | 'review_state' | 'changes_requested_by'
> & { readonly reasons: readonly { readonly kind: string }[] };

/** Why a pull request is a developer's business. */
export const CONCERNS = {
  open: (pull: Pull, login: string) => same(pull.author, login),
  reviewer: (pull: Pull, login: string) => isAssigned(pull, login) || isAsked(pull, login),
  action_required: (pull: Pull, login: string) =>
    same(pull.author, login) ? isToBeMended(pull) : isToBeReviewed(pull, login),
} as const;
export type Concern = keyof typeof CONCERNS;

const isAssigned = ({ assignees }: Pull, login: string): boolean =>
  assignees.some((other) => same(other, login));

/** Themselves: of a team that is asked GitHub does not tell the name. It takes them off when they have answered. */
const isAsked = ({ reviewers }: Pull, login: string): boolean =>
  reviewers.some((asked) => same(asked, login));

const has = ({ reasons }: Pull, ...kinds: readonly string[]): boolean =>
  reasons.some(({ kind }) => kinds.includes(kind));

/** Who asked for changes and is asked to look again has the next word. */
const isToBeMended = (pull: Pull): boolean =>
  pull.build_state === 'failure' ||
  pull.build_state === 'error' ||
  has(pull, 'draft', 'check_failed') ||
  (pull.review_state === 'changes_requested' &&
    (pull.changes_requested_by.length === 0 ||
      pull.changes_requested_by.some((by) => !pull.reviewers.some((asked) => same(asked, by)))));

function isToBeReviewed(pull: Pull, login: string): boolean {
  if (has(pull, 'draft') || pull.review_state === 'approved') return false;
  return isAsked(pull, login) || (isAssigned(pull, login) && pull.review_state === 'pending');
}
