// Posts our check: a check run where we are a GitHub App, a commit status where we come with a token (S6.7).
import type { ActionOf, Check } from '../../schemas/action.ts';
import type { Sha } from '../../schemas/ids.ts';
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import { runOf } from '../core/check-run.ts';
import type { Fault } from '../core/fault.ts';
import { faulted, type Outcome } from '../core/outcome.ts';
import type { Result } from '../core/result.ts';
import type { Loop } from './loop.ts';

/** @param again an earlier try may have made a run that GitHub has not shown yet */
export async function postCheck(
  loop: Loop,
  action: ActionOf<'post_check'>,
  again: boolean,
): Promise<Outcome> {
  const state = loop.store.read();
  const pull = state.pulls[action.pr];
  const isFirst =
    pull !== undefined && hasNone(pull, action.sha) && !again && !triedByAnother(state, action);
  const build = pull?.build ?? UNBUILT;
  const posted = await post(loop, action.sha, { check: action.check, build, isFirst });
  return posted.ok ? { kind: 'check_posted', action } : faulted(action, posted.error);
}

/** Where GitHub does not show the commit yet, it shows no checks of it either. */
const hasNone = ({ facts, posted }: PullRequest, sha: Sha): boolean =>
  facts.shown === null && facts.source.committedAt !== null && posted?.sha !== sha;

const triedByAnother = ({ outbox }: BranchState, { pr, sha }: ActionOf<'post_check'>): boolean =>
  Object.values(outbox).some(
    ({ action }) => action.kind === 'post_check' && action.sha === sha && action.pr !== pr,
  );

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
