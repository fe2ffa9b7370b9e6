// GraphQL: what was reported of a commit: its status, the rollup of statuses and check runs, suites.
// The rollup holds superseded runs, too, and leaves out what was never reported, as GitHub's does.

import { requiredChecks } from '../branch-rules.ts';
import { suiteOf, suiteState } from '../checks.ts';
import {
  combinedState,
  newestRuns,
  newestStatuses,
  runPasses,
  runsOf,
} from '../checks-of-commit.ts';
import { nodeId } from '../json/node-id.ts';
import type { CheckRun, CheckSuite, Status } from '../model/check.ts';
import { fullName } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { accountNode } from './nodes.ts';
import { refusalOf } from './viewer.ts';

const STATES = {
  error: 'ERROR',
  failure: 'FAILURE',
  pending: 'PENDING',
  success: 'SUCCESS',
} as const;

interface AskedPull {
  readonly pullRequestId?: string | null;
  readonly pullRequestNumber?: number | null;
}

/** null = nobody has posted a status. */
export function commitStatusNode(world: World, repository: Repository, sha: string): object | null {
  const statuses = newestStatuses(repository.record, sha);
  if (statuses.length === 0) return null;
  return {
    id: `CS_${sha}`,
    state: STATES[combinedState(statuses)],
    context: ({ name }: { readonly name: string }) => {
      const found = statuses.find(({ context }) => context.toLowerCase() === name.toLowerCase());
      return found === undefined ? null : statusNode(world, repository, found);
    },
    contexts: () => statuses.map((status) => statusNode(world, repository, status)),
  };
}

type Reported =
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'run'; readonly run: CheckRun };

/** null = nobody has reported anything. */
export function rollupNode(world: World, repository: Repository, sha: string): object | null {
  const statuses = newestStatuses(repository.record, sha);
  const runs = runsOf(repository.record, sha);
  const all: Reported[] = [
    ...runs.map((run) => ({ kind: 'run' as const, run })),
    ...statuses.map((status) => ({ kind: 'status' as const, status })),
  ];
  if (all.length === 0) return null;
  return {
    id: `SCR_${sha}`,
    // Of everything, superseded or not: nobody should go by it.
    state: STATES[stateOf(statuses, runs)],
    contexts: (page: PageArguments) => ({
      ...connection(all, page, (one, viewer) => {
        if (one.kind === 'status') return statusNode(world, repository, one.status);
        // An error in the place of the node: graphql-js reports it there, and the node is null.
        const refused = refusalOf(viewer, repository, 'checks', 'read');
        return refused ?? runNode(world, repository, one.run);
      }),
      checkRunCount: runs.length,
      statusContextCount: statuses.length,
    }),
  };
}

function stateOf(statuses: readonly Status[], runs: readonly CheckRun[]) {
  const isOver = (run: CheckRun): boolean => run.status === 'completed';
  if (runs.some((run) => isOver(run) && !runPasses(run))) return 'failure';
  const byStatus = statuses.length === 0 ? 'success' : combinedState(statuses);
  return byStatus === 'success' && !runs.every(isOver) ? 'pending' : byStatus;
}

/**
 * Whether a check of this name, by this App, is one that the pull request's branch requires. Which pull request is meant has
 * to be said, also below a pull request.
 */
function isRequired(
  { record }: Repository,
  report: { readonly name: string; readonly app: number | null },
) {
  return ({ pullRequestNumber: number, pullRequestId: id }: AskedPull): boolean => {
    if (number == null && id == null)
      throw new Refusal(422, 'A pull request ID or pull request number is required.');
    const asked = record.pulls.find((pull) =>
      number == null ? nodeId('PullRequest', pull.id) === id : pull.number === number,
    );
    const required = asked === undefined ? [] : requiredChecks(record, asked.base.ref);
    return required.some(
      ({ context, app }) =>
        context.toLowerCase() === report.name.toLowerCase() && (app === null || app === report.app),
    );
  };
}

function statusNode(world: World, repository: Repository, status: Status) {
  const creator = world.account(status.creator);
  const report = { name: status.context, app: world.appOf(creator)?.id ?? null };
  return {
    __typename: 'StatusContext',
    id: nodeId('Status', status.id),
    context: status.context,
    state: STATES[status.state],
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    creator: accountNode(world, creator),
    isRequired: isRequired(repository, report),
  };
}

function runNode(world: World, repository: Repository, run: CheckRun) {
  const url = `${world.url}/${fullName(repository.record)}/runs/${run.id}`;
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    name: run.name,
    externalId: run.externalId,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: run.detailsUrl,
    url,
    permalink: url,
    title: run.title,
    summary: run.summary,
    text: run.text,
    checkSuite: () => suiteNode(world, repository, suiteOf(repository, run.suite)),
    isRequired: isRequired(repository, run),
  };
}

function suiteNode(world: World, repository: Repository, suite: CheckSuite) {
  const app = world.app(suite.app);
  const { status, conclusion } = suiteState(repository, suite);
  const runs = repository.record.runs.filter((run) => run.suite === suite.id);
  return {
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    app: {
      id: nodeId('App', app.id),
      databaseId: app.id,
      slug: app.slug,
      name: app.name,
      clientId: app.clientId,
    },
    checkRuns: (page: PageArguments & Filtered<RunFilter>) =>
      connection(filteredRuns(runs, page.filterBy ?? {}), page, (run) =>
        runNode(world, repository, run),
      ),
  };
}

interface Filtered<Filter> {
  readonly filterBy?: Filter | null;
}

interface SuiteFilter {
  readonly appId?: number | null;
  readonly checkName?: string | null;
}

interface RunFilter extends SuiteFilter {
  readonly checkType?: 'ALL' | 'LATEST' | null;
  readonly status?: string | null;
}

const filteredRuns = (runs: readonly CheckRun[], filter: RunFilter): CheckRun[] =>
  (filter.checkType === 'LATEST' ? newestRuns(runs) : runs).filter(
    ({ app, name, status }) =>
      (filter.appId == null || app === filter.appId) &&
      (filter.checkName == null || name === filter.checkName) &&
      (filter.status == null || status.toUpperCase() === filter.status),
  );

const hasSuch = (
  { runs }: Repository['record'],
  suite: CheckSuite,
  { appId, checkName }: SuiteFilter,
): boolean =>
  (appId == null || suite.app === appId) &&
  (checkName == null || runs.some((run) => run.suite === suite.id && run.name === checkName));

export const suitesConnection = (
  world: World,
  repository: Repository,
  sha: string,
  page: PageArguments & Filtered<SuiteFilter>,
) =>
  connection(
    repository.record.suites.filter(
      (suite) => suite.sha === sha && hasSuch(repository.record, suite, page.filterBy ?? {}),
    ),
    page,
    (suite, viewer) =>
      refusalOf(viewer, repository, 'checks', 'read') ?? suiteNode(world, repository, suite),
  );
