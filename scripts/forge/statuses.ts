// Commit statuses: posting one.

import type { Commit } from './commit.ts';
import { statusEvent } from './events/check.ts';
import type { Account } from './model/account.ts';
import type { Status } from './model/check.ts';
import { Refusal, unprocessable } from './refusal.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

export type NewStatus = Pick<Status, 'state' | 'context' | 'description' | 'targetUrl'>;

/**
 * Throws a 422 Refusal at the thousandth and first of one commit and context, and for a description with a character
 * that has four bytes in UTF-8.
 */
export function postStatus(
  world: World,
  repository: Repository,
  commit: Commit,
  creator: Account,
  wanted: NewStatus,
): Status {
  if (/[\u{10000}-\u{10FFFF}]/u.test(wanted.description ?? '')) {
    const message = "description doesn't accept 4-byte Unicode";
    const place = { resource: 'Status', code: 'custom', field: 'description' };
    throw new Refusal(422, 'Validation Failed', [{ ...place, message }]);
  }
  const { record } = repository;
  const statuses = record.statuses[commit.sha] ?? [];
  const same = statuses.filter(
    ({ context }) => context.toLowerCase() === wanted.context.toLowerCase(),
  );
  if (same.length >= record.knobs.statuses_max) {
    throw unprocessable(
      'Status',
      'This SHA and context has reached the maximum number of statuses.',
    );
  }
  const status = {
    id: world.nextId(),
    ...wanted,
    creator: creator.login,
    createdAt: world.now(),
  };
  statuses.push(status);
  record.statuses[commit.sha] = statuses;
  world.changed();
  statusEvent(world, repository, commit, status, creator);
  return status;
}
