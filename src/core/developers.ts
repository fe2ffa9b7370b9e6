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

type Pull = Pick<PullStatus, 'author' | 'assignees' | 'reviewers' | 'build_state' | 'review_state'>;

/** Why a pull request is a developer's business. */
export const CONCERNS = {
  open: (pull: Pull, login: string) => same(pull.author, login),
  reviewer: isReviewer,
  action_required: (pull: Pull, login: string) =>
    (same(pull.author, login) && isToBeMended(pull)) ||
    (isReviewer(pull, login) && pull.review_state === 'pending'),
} as const;
export type Concern = keyof typeof CONCERNS;

function isReviewer({ assignees, reviewers }: Pull, login: string): boolean {
  return [...assignees, ...reviewers].some((other) => same(other, login));
}

const isToBeMended = ({ build_state, review_state }: Pull): boolean =>
  build_state === 'failure' || build_state === 'error' || review_state === 'changes_requested';
