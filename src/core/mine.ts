// What a person has to do with the open pull requests, and who has to move next.
import type { PullStatus } from '../../schemas/status.ts';

export type Turn = 'mine' | 'others';

/** What the author can change, alone. */
const OF_THE_AUTHOR: ReadonlySet<string> = new Set([
  'draft',
  'changes_requested',
  'do_not_merge_label',
  'do_not_test_label',
  'test_failed',
  'unbuildable',
  'check_failed',
]);

/** @returns null for a pull request that is none of this person's business */
export function turnOf(pull: PullStatus, login: string): Turn | null {
  const me = login.toLowerCase();
  const isMe = (name: string): boolean => name.toLowerCase() === me;
  if (isMe(pull.author))
    return pull.reasons.some(({ kind }) => OF_THE_AUTHOR.has(kind)) ? 'mine' : 'others';
  if (![...pull.reviewers, ...pull.assignees].some(isMe)) return null;
  return pull.review_state === 'pending' ? 'mine' : 'others';
}
