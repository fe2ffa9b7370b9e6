// Webhooks about what is reported of commits: statuses, check runs, suites; and about what people ask of
// an App there.

import type { Commit } from '../commit.ts';
import { checkRunJson, fullSuiteJson, type SuiteState, suiteJson } from '../json/check.ts';
import { commitJson } from '../json/commit.ts';
import { statusJson } from '../json/status.ts';
import type { Account } from '../model/account.ts';
import type { CheckRun, CheckSuite, Status } from '../model/check.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { tell } from './common.ts';

export function statusEvent(
  world: World,
  repository: Repository,
  commit: Commit,
  status: Status,
  sender: Account,
): void {
  const { url: _url, ...json } = statusJson(world, repository, commit.sha, status);
  const at = `${world.url}/repos/${fullName(repository.record)}`;
  const branches = [...repository.git.refs]
    .filter(([ref, sha]) => sha === commit.sha && ref.startsWith('refs/heads/'))
    .map(([ref, sha]) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: `${at}/commits/${sha}` },
      protected: false,
    }));
  tell(world, repository, sender, 'status', {
    ...json,
    sha: commit.sha,
    name: fullName(repository.record),
    commit: commitJson(world, repository, commit),
    branches,
  });
}

type RunAction =
  | { readonly action: 'created' | 'completed' }
  | { readonly action: 'rerequested' }
  | { readonly action: 'requested_action'; readonly identifier: string };

/** What people ask of a run is told to the App that made it, and to nobody else. */
export function runEvent(
  world: World,
  repository: Repository,
  run: CheckRun,
  suite: { readonly suite: CheckSuite; readonly state: SuiteState },
  what: RunAction,
  sender: Account,
): void {
  const app = world.app(run.app);
  const isAsked = what.action === 'rerequested' || what.action === 'requested_action';
  const asked =
    what.action === 'requested_action' ? { requested_action: { identifier: what.identifier } } : {};
  const payload = {
    action: what.action,
    check_run: {
      ...checkRunJson(world, repository, run),
      check_suite: suiteJson(world, repository, suite.suite, suite.state),
    },
    ...asked,
  };
  tell(world, repository, sender, 'check_run', payload, isAsked ? app : undefined);
}

/** `completed` is for everybody, the rest for the App that the suite is of. */
export function suiteEvent(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  state: SuiteState,
  commit: Commit,
  action: 'completed' | 'requested' | 'rerequested',
  sender: Account,
): void {
  const app = action === 'completed' ? undefined : world.app(suite.app);
  const { repository: _here, ...json } = fullSuiteJson(world, repository, suite, state, commit);
  tell(world, repository, sender, 'check_suite', { action, check_suite: json }, app);
}
