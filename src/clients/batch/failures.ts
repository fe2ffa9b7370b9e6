// Which jobs of a batch failed, why, and the ends of their logs. Reads no more than a person would look at:
// so many jobs, so many lines of each.
import { JobAnswer, JobList } from '../../../schemas/batch-api.ts';
import type { FailedJob } from '../../../schemas/failed-job.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { FailuresRead } from '../../loop/ports.ts';
import type { BatchApi } from './api.ts';
import { endOfLog, inOneLine } from './terminal-text.ts';

/** Of the jobs that failed so many are told of, in the order of their ids. */
const JOBS_MAX = 20;
/** A Worker may wait for six connections at once. */
const JOBS_AT_ONCE = 6;
const LOG_BYTES_MAX = 64 * 1024;
/** Of what a job is called, and of why it could not run. */
const WORDS_MAX = 300;

export async function readFailures(
  api: BatchApi,
  batch: BatchId,
): Promise<Result<FailuresRead, Fault>> {
  const listed = await api.request('GET', `/batches/${batch}/jobs?q=bad`, JobList);
  if (!listed.ok) return isGone(listed.error) ? ok({ jobs: [], unread: null }) : listed;
  const wanted = listed.value.jobs.slice(0, JOBS_MAX);
  const jobs: FailedJob[] = [];
  let unread: Fault | null = null;
  for (let from = 0; from < wanted.length; from += JOBS_AT_ONCE) {
    const some = wanted.slice(from, from + JOBS_AT_ONCE);
    // When a log cannot be read there is no use in waiting for every other one, too: the rest is named only.
    const isRead: boolean = unread === null;
    const logs: Result<string, Fault>[] = isRead
      ? await Promise.all(some.map((job) => logOf(api, batch, job)))
      : [];
    const reasons = isRead ? await Promise.all(some.map((job) => reasonOf(api, batch, job))) : [];
    for (const [index, job] of some.entries()) {
      const log = logs[index];
      if (log && !log.ok && !isGone(log.error)) unread ??= log.error;
      jobs.push(failedJob(job, log?.ok ? log.value : null, reasons[index] ?? null));
    }
  }
  return ok({ jobs, unread });
}

type JobEntry = (typeof JobList)['_output']['jobs'][number];

const pathOf = (batch: BatchId, job: JobEntry): string => `/batches/${batch}/jobs/${job.job_id}`;

const logOf = (api: BatchApi, batch: BatchId, job: JobEntry): Promise<Result<string, Fault>> =>
  api.tail(`${pathOf(batch, job)}/log/main`, LOG_BYTES_MAX);

const failedJob = (job: JobEntry, log: string | null, reason: string | null): FailedJob => ({
  job: job.job_id,
  name: inOneLine(job.name ?? '', WORDS_MAX) || `job ${job.job_id}`,
  state: job.state === 'Error' ? 'Error' : 'Failed',
  exitCode: job.exit_code ?? null,
  durationMs: job.duration ?? null,
  reason: reason === null ? null : inOneLine(reason, WORDS_MAX),
  log: log === null ? null : endOfLog(log),
});

/** Why it could not run, if that is so. */
async function reasonOf(api: BatchApi, batch: BatchId, job: JobEntry): Promise<string | null> {
  if (job.state !== 'Error') return null;
  const read = await api.request('GET', pathOf(batch, job), JobAnswer);
  const status = read.ok ? read.value.status : null;
  const containers = Object.values(status?.container_statuses ?? {});
  const told = containers.find((container) => container?.short_error)?.short_error;
  return told ?? status?.error?.split('\n').findLast((line) => line.trim() !== '') ?? null;
}

const isGone = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;
