// What failed in a test that is asked for again -> the rows that are kept of it, for those who look after flaky tests.
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { PullRequest } from '../../schemas/state.ts';
import type { RetriedTest } from '../../schemas/status.ts';
import type { BranchConfig } from '../core/config.ts';

/** @param by who asks for it */
export function retriedTests(
  { facts: { number, source } }: PullRequest,
  batch: BatchId,
  failures: readonly FailedJob[],
  config: BranchConfig,
  by: string,
): Omit<RetriedTest, 'id' | 'retried_at'>[] {
  return failures.map(({ job, name, state, exitCode }) => ({
    ...{ batch_id: batch, job_id: job, job_name: name, state, exit_code: exitCode },
    ...{ pr_number: number, target_branch: config.name },
    ...{ source_branch: source.branch, source_sha: source.sha, retried_by: by },
  }));
}
