// GitHub's JSON of check runs and their suites. Pure reading; the commit is passed in.

import type { Commit } from '../commit.ts';
import type { CheckRun, CheckSuite } from '../model/check.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { appJson } from './app.ts';
import { simpleCommitJson } from './commit.ts';
import { nodeId } from './node-id.ts';
import { pullMinimalJson } from './pull.ts';
import { repositoryJson } from './repository.ts';

export type SuiteState = Pick<CheckRun, 'status' | 'conclusion'>;

/** Open pull requests whose head is the commit; of those from forks GitHub says nothing here. */
export function pullsOf(world: World, repository: Repository, sha: string) {
  return repository.record.pulls
    .filter(({ state, head }) => state.kind === 'open' && head.sha === sha)
    .filter(({ head }) => head.repo === fullName(repository.record))
    .map((pull) => pullMinimalJson(world, repository, pull));
}

export function checkRunJson(world: World, repository: Repository, run: CheckRun) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: `${world.url}/${name}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.url}/${name}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app: appJson(world, world.app(run.app)),
    pull_requests: pullsOf(world, repository, run.sha),
  };
}

export function suiteJson(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  { status, conclusion }: SuiteState,
) {
  const url = `${world.url}/repos/${fullName(repository.record)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    status,
    conclusion,
    url,
    before: null,
    after: suite.sha,
    pull_requests: pullsOf(world, repository, suite.sha),
    app: appJson(world, world.app(suite.app)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/** As `GET /check-suites/{id}` and events about suites have it. */
export function fullSuiteJson(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  state: SuiteState,
  commit: Commit,
) {
  const json = suiteJson(world, repository, suite, state);
  return {
    ...json,
    latest_check_runs_count: repository.record.runs.filter((run) => run.suite === suite.id).length,
    check_runs_url: `${json.url}/check-runs`,
    head_commit: simpleCommitJson(commit),
    repository: repositoryJson(world, repository),
    rerequestable: true,
    runs_rerequestable: true,
  };
}
