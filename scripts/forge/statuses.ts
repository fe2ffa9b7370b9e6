// Commit statuses: posting one, and what all of them together say about a commit.

import type { Commit } from './commit.ts';
import { statusEvent } from './events.ts';
import type { Account, Status } from './model.ts';
import { newestByContext } from './protection.ts';
import { Refusal } from './refusal.ts';
import type { Repository, World } from './world.ts';

/** GitHub's limit for one commit and context. */
export const STATUSES_MAX = 1000;

export type NewStatus = Pick<Status, 'state' | 'context' | 'description' | 'targetUrl'>;

/** Throws a 422 Refusal at the thousandth and first of one context. */
export async function postStatus(
  world: World,
  repository: Repository,
  commit: Commit,
  creator: Account,
  wanted: NewStatus,
): Promise<Status> {
  const statuses = repository.record.statuses[commit.sha] ?? [];
  const same = statuses.filter(
    ({ context }) => context.toLowerCase() === wanted.context.toLowerCase(),
  );
  if (same.length >= STATUSES_MAX) {
    const message = 'This SHA and context has reached the maximum number of statuses.';
    throw new Refusal(422, 'Validation Failed', [{ resource: 'Status', code: 'custom', message }]);
  }
  const status = {
    id: world.nextId(),
    ...wanted,
    creator: creator.login,
    createdAt: world.now(),
  };
  statuses.push(status);
  repository.record.statuses[commit.sha] = statuses;
  world.changed();
  await statusEvent(world, repository, commit, status, creator);
  return status;
}

/** Newest status of each context, oldest context first. */
export const newestStatuses = ({ record }: Repository, sha: string): Status[] =>
  newestByContext(record.statuses[sha] ?? []);

/** As GitHub combines them; nothing at all counts as pending. */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  const passed = statuses.length > 0 && statuses.every(({ state }) => state === 'success');
  return passed ? 'success' : 'pending';
}
