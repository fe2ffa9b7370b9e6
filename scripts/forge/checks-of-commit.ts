// Everything that was reported about a commit, statuses and check runs alike, and whether it meets what is
// required. Pure reading.

import type { RequiredCheck } from './branch-rules.ts';
import type { CheckRun, Status } from './model/check.ts';
import type { RepositoryRecord } from './model.ts';

export interface Report {
  readonly name: string;
  /** null: a status; it counts for an App only when its bot posted it. */
  readonly app: number | null;
  readonly passes: boolean;
  readonly isOver: boolean;
}

/** Statuses reduced to the newest one of each context; contexts do not differ by case. */
function newestByContext(statuses: readonly Status[]): Status[] {
  const newest = new Map<string, Status>();
  for (const status of statuses) newest.set(status.context.toLowerCase(), status);
  return [...newest.values()];
}

/** Newest status of each context, oldest context first. */
export const newestStatuses = (record: RepositoryRecord, sha: string): Status[] =>
  newestByContext(record.statuses[sha] ?? []);

/** All runs, oldest first: superseded ones, too. */
export const runsOf = (record: RepositoryRecord, sha: string): CheckRun[] =>
  record.runs.filter((run) => run.sha === sha);

/** The newest run of each name and App. */
export function newestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) newest.set(`${run.app} ${run.name}`, run);
  return [...newest.values()];
}

export const runPasses = ({ conclusion }: CheckRun): boolean =>
  conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped';

export function reportsOf(
  record: RepositoryRecord,
  sha: string,
  appOf: (login: string) => number | null,
): Report[] {
  const statuses = newestStatuses(record, sha).map(({ context, state, creator }) => ({
    name: context,
    app: appOf(creator),
    passes: state === 'success',
    isOver: state !== 'pending',
  }));
  const runs = newestRuns(runsOf(record, sha)).map((run) => ({
    name: run.name,
    app: run.app,
    passes: runPasses(run),
    isOver: run.status === 'completed',
  }));
  return [...statuses, ...runs];
}

/** Required checks that nobody, or not the one who must, has reported as passed. */
export function missingChecks(
  required: readonly RequiredCheck[],
  reports: readonly Report[],
): RequiredCheck[] {
  return required.filter(
    ({ context, app }) =>
      !reports.some(
        (report) =>
          report.name.toLowerCase() === context.toLowerCase() &&
          (app === null || report.app === app) &&
          report.passes,
      ),
  );
}

/** As GitHub combines statuses; nothing at all counts as pending. */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  const passed = statuses.length > 0 && statuses.every(({ state }) => state === 'success');
  return passed ? 'success' : 'pending';
}
