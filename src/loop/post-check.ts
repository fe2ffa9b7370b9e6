// Posts our check: a check run where we are a GitHub App, a commit status where we come with a token (S6.7).
import type { ActionOf, Check } from '../../schemas/action.ts';
import type { Sha } from '../../schemas/ids.ts';
import type { PullRequest } from '../../schemas/state.ts';
import { actionKey } from '../core/action-key.ts';
import { runOf } from '../core/check-run.ts';
import type { Fault } from '../core/fault.ts';
import { faulted, type Outcome } from '../core/outcome.ts';
import type { Result } from '../core/result.ts';
import type { Loop } from './loop.ts';

export async function postCheck(loop: Loop, action: ActionOf<'post_check'>): Promise<Outcome> {
  const { store, config, clock } = loop;
  const { pulls, outbox } = store.read();
  const { build = UNBUILT, facts } = pulls[action.pr] ?? {};
  const begun = outbox[actionKey(config.name, action)]?.since;
  // An earlier try, after a crash perhaps, may have made one that GitHub has not shown yet.
  const isFirst = facts?.shown === null && begun === clock.now();
  const posted = await post(loop, action.sha, { check: action.check, build, isFirst });
  return posted.ok ? { kind: 'check_posted', action } : faulted(action, posted.error);
}

const UNBUILT = { kind: 'unbuilt', why: 'new_commit' } as const;

export interface Wish extends Pick<PullRequest, 'build'> {
  readonly check: Check;
  /** There certainly is none on the commit. */
  readonly isFirst: boolean;
}

/** What is read of the state is read at once, so that it is what the check was decided by. */
export function post(
  { github, store, config }: Loop,
  sha: Sha,
  { check, build, isFirst }: Wish,
): Promise<Result<void, Fault>> {
  if (config.app === null) return github.postCheck(sha, check);
  const failed = build.kind === 'failed' ? store.failures(build.batch) : [];
  return github.postRun(sha, runOf(check, build, failed, config), isFirst);
}
