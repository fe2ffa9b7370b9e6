// Check runs and their suites: an App reports, people ask for it again or press a button of the App's.
// What GitHub does besides: a suite for each push and App, and its state from its runs.

import { newestRuns } from './checks-of-commit.ts';
import type { Commit } from './commit.ts';
import { runEvent, suiteEvent } from './events/check.ts';
import { installedOn, reaches } from './grants.ts';
import type { SuiteState } from './json/check.ts';
import type { Account } from './model/account.ts';
import type { App } from './model/app.ts';
import type { Annotation, CheckRun, CheckSuite, Conclusion } from './model/check.ts';
import { fullName } from './model.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

/** What decides for a whole suite, the strongest first. */
const STRENGTH: readonly Conclusion[] = [
  'action_required',
  'timed_out',
  'cancelled',
  'failure',
  'stale',
  'neutral',
  'skipped',
  'success',
];

export type RunFields = Partial<Omit<CheckRun, 'id' | 'suite' | 'app' | 'sha' | 'annotations'>> & {
  readonly annotations?: readonly Annotation[];
};

export function suiteState({ record }: Repository, suite: CheckSuite): SuiteState {
  const runs = newestRuns(record.runs.filter((run) => run.suite === suite.id));
  if (runs.length === 0 || suite.rerequested) return { status: 'queued', conclusion: null };
  if (runs.some(({ status }) => status !== 'completed')) {
    const isQueued = runs.every(({ status }) => status === 'queued');
    return { status: isQueued ? 'queued' : 'in_progress', conclusion: null };
  }
  const conclusion = STRENGTH.find((one) => runs.some((run) => run.conclusion === one)) ?? null;
  return { status: 'completed', conclusion };
}

export function suiteOf({ record }: Repository, id: number): CheckSuite {
  const suite = record.suites.find((candidate) => candidate.id === id);
  if (suite === undefined) throw notFound();
  return suite;
}

export function runOf({ record }: Repository, id: number): CheckRun {
  const run = record.runs.find((candidate) => candidate.id === id);
  if (run === undefined) throw notFound();
  return run;
}

/** The suite of an App for a commit, made when there is none yet. */
export function suiteFor(world: World, repository: Repository, app: App, sha: string): CheckSuite {
  const { record } = repository;
  const known = record.suites.find((suite) => suite.app === app.id && suite.sha === sha);
  if (known !== undefined) return known;
  const now = world.now();
  const suite: CheckSuite = {
    id: world.nextId(),
    app: app.id,
    sha,
    branch: branchAt(repository, sha),
    rerequested: false,
    createdAt: now,
    updatedAt: now,
  };
  record.suites.push(suite);
  world.changed();
  return suite;
}

/** The head of a fork is on no branch of ours, so GitHub knows none. */
function branchAt({ git, record }: Repository, sha: string): string | null {
  const ref = [...git.refs].find(([name, at]) => at === sha && name.startsWith('refs/heads/'));
  if (ref !== undefined) return ref[0].slice('refs/heads/'.length);
  const pull = record.pulls.find(({ head }) => head.sha === sha && head.repo === fullName(record));
  return pull?.head.ref ?? null;
}

/** GitHub opens a suite for each push and each App that may write checks, and asks it to begin. */
export function requestSuites(
  world: World,
  repository: Repository,
  commit: Commit,
  sender: Account,
): void {
  for (const installation of world.state.installations) {
    if (!installedOn(installation, repository.record)) continue;
    const app = world.app(installation.app);
    if (!reaches(app.permissions['checks'], 'write')) continue;
    const suite = suiteFor(world, repository, app, commit.sha);
    suiteEvent(
      world,
      repository,
      suite,
      suiteState(repository, suite),
      commit,
      'requested',
      sender,
    );
  }
}

export function createRun(
  world: World,
  repository: Repository,
  app: App,
  sender: Account,
  wanted: RunFields & { readonly name: string; readonly commit: Commit },
): CheckRun {
  const { record } = repository;
  const { commit, annotations = [], ...fields } = wanted;
  const suite = suiteFor(world, repository, app, commit.sha);
  const run: CheckRun = {
    id: world.nextId(),
    suite: suite.id,
    app: app.id,
    sha: commit.sha,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    detailsUrl: null,
    externalId: '',
    title: null,
    summary: null,
    text: null,
    actions: [],
    ...fields,
    annotations: [...annotations],
  };
  record.runs.push(run);
  dropOldest(repository, run);
  suite.rerequested = false;
  touched(world, repository, commit, run, sender, 'created');
  return run;
}

/** GitHub keeps so many of one name in a suite. */
function dropOldest({ record }: Repository, { suite, name }: CheckRun): void {
  const same = record.runs.filter((run) => run.suite === suite && run.name === name);
  const oldest = same[0];
  if (oldest === undefined || same.length <= record.knobs.check_runs_max) return;
  record.runs = record.runs.filter((run) => run !== oldest);
}

/** Annotations are added to those that are there; everything else is replaced. */
export function updateRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  commit: Commit,
  sender: Account,
  { annotations = [], ...fields }: RunFields,
): void {
  // Completed is final: GitHub takes the words of such a run, and no way back for it.
  if (run.status === 'completed' && fields.status !== undefined && fields.status !== 'completed') {
    throw new Refusal(422, 'Invalid request.\n\nA completed check run cannot be reset.');
  }
  const wasOver = run.status === 'completed';
  Object.assign(run, fields);
  run.annotations.push(...annotations);
  suiteOf(repository, run.suite).rerequested = false;
  const action = run.status === 'completed' && !wasOver ? 'completed' : null;
  touched(world, repository, commit, run, sender, action);
}

function touched(
  world: World,
  repository: Repository,
  commit: Commit,
  run: CheckRun,
  sender: Account,
  action: 'created' | 'completed' | null,
): void {
  const suite = suiteOf(repository, run.suite);
  suite.updatedAt = world.now();
  world.changed();
  const state = suiteState(repository, suite);
  if (action !== null) runEvent(world, repository, run, { suite, state }, { action }, sender);
  const isOver = action === 'completed' || (action === 'created' && run.status === 'completed');
  if (!isOver) return;
  if (action === 'created') {
    runEvent(world, repository, run, { suite, state }, { action: 'completed' }, sender);
  }
  if (state.status === 'completed') {
    suiteEvent(world, repository, suite, state, commit, 'completed', sender);
  }
}

/** Somebody wants one run again: the suite is queued, the run itself stays as it is. */
export function rerequestRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  sender: Account,
): void {
  const suite = suiteOf(repository, run.suite);
  suite.rerequested = true;
  suite.updatedAt = world.now();
  world.changed();
  const state = suiteState(repository, suite);
  runEvent(world, repository, run, { suite, state }, { action: 'rerequested' }, sender);
}

/** Somebody wants all of an App's runs for a commit again. */
export function rerequestSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  commit: Commit,
  sender: Account,
): void {
  suite.rerequested = true;
  suite.updatedAt = world.now();
  world.changed();
  const state = suiteState(repository, suite);
  suiteEvent(world, repository, suite, state, commit, 'rerequested', sender);
}

/** Somebody presses a button that the App put on its run. Throws a 422 Refusal for no such button. */
export function pressAction(
  world: World,
  repository: Repository,
  run: CheckRun,
  identifier: string,
  sender: Account,
): void {
  if (!run.actions.some((action) => action.identifier === identifier)) {
    throw new Refusal(422, `The check ${run.name} has no action ${identifier}`);
  }
  const suite = suiteOf(repository, run.suite);
  const state = suiteState(repository, suite);
  const what = { action: 'requested_action', identifier } as const;
  runEvent(world, repository, run, { suite, state }, what, sender);
}
