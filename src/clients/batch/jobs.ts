// How the jobs of a batch do, as Batch lists them: page by page, and no more than anybody would look at.
import { z } from 'zod';
import { JobList } from '../../../schemas/batch-api.ts';
import { type JobRead, JobState } from '../../../schemas/batch-jobs.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { BatchApi } from './api.ts';

/** Of 50 jobs each. */
const PAGES_MAX = 40;

const JobPage = JobList.extend({ last_job_id: z.number().int().optional() });

/** @returns none for a batch that is gone */
export async function readJobs(
  api: BatchApi,
  batch: BatchId,
): Promise<Result<readonly JobRead[], Fault>> {
  const jobs: JobRead[] = [];
  let after = '';
  for (let page = 0; page < PAGES_MAX; page++) {
    const read = await api.request('GET', `/batches/${batch}/jobs${after}`, JobPage);
    if (!read.ok) return isGone(read.error) ? ok([]) : read;
    jobs.push(...read.value.jobs.map(jobRead));
    if (read.value.last_job_id === undefined) break;
    after = `?last_job_id=${read.value.last_job_id}`;
  }
  return ok(jobs);
}

const jobRead = (job: (typeof JobPage)['_output']['jobs'][number]): JobRead => ({
  job: job.job_id,
  name: job.name ?? `job ${job.job_id}`,
  // A word that is new to us is of a job that has not come to one of the ends that we know.
  state: JobState.safeParse(job.state).data ?? 'Pending',
  exitCode: job.exit_code ?? null,
  durationMs: job.duration ?? null,
});

const isGone = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;
