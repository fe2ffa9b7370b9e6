// Which jobs have passed already in earlier batches of the very same test, for a retry that repeats only the rest.
import { z } from 'zod';
import { BatchList, JobList } from '../../../schemas/batch-api.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import { purposeOf } from '../../core/batch-attributes.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { PassedJobs, RepeatedTest } from '../../loop/ports.ts';
import type { BatchApi } from './api.ts';

/** So many earlier batches are looked at, the newest first. */
const BATCHES_MAX = 5;
const JOB_PAGES_MAX = 200;

export async function readPassedJobs(
  api: BatchApi,
  { name, user }: { readonly name: BranchConfig['name']; readonly user: string },
  test: RepeatedTest,
): Promise<Result<PassedJobs, Fault>> {
  const { pr, sourceSha, targetSha } = test;
  const q = `test=1 pr=${pr} source_sha=${sourceSha} target_sha=${targetSha} target_branch=${name} user:${user}`;
  const listed = await api.request('GET', `/batches?${new URLSearchParams({ q })}`, BatchList);
  if (!listed.ok) return listed;
  const earlier = listed.value.batches
    .filter(({ complete, attributes }) => complete && isEarlier(attributes, test))
    .slice(0, BATCHES_MAX);
  const jobs = new Map<string, BatchId>();
  for (const { id } of earlier) {
    const names = await successes(api, id);
    if (!names.ok) return names;
    for (const job of names.value) if (!jobs.has(job)) jobs.set(job, id);
  }
  return ok(jobs);
}

function isEarlier(attributes: unknown, { pr, sourceSha, targetSha, attempt }: RepeatedTest) {
  const purpose = purposeOf(attributes)?.purpose;
  return (
    purpose?.kind === 'test' &&
    purpose.pr === pr &&
    purpose.sourceSha === sourceSha &&
    purpose.targetSha === targetSha &&
    purpose.attempt < attempt
  );
}

const JobPage = JobList.extend({ last_job_id: z.number().int().optional() });

async function successes(api: BatchApi, batch: BatchId): Promise<Result<string[], Fault>> {
  const names: string[] = [];
  let after: number | undefined;
  for (let page = 0; page < JOB_PAGES_MAX; page++) {
    const parameters = new URLSearchParams({ q: 'success' });
    if (after !== undefined) parameters.set('last_job_id', String(after));
    const read = await api.request('GET', `/batches/${batch}/jobs?${parameters}`, JobPage);
    if (!read.ok) return read;
    names.push(...read.value.jobs.flatMap(({ name }) => name ?? []));
    after = read.value.last_job_id;
    if (after === undefined) break;
  }
  return ok(names);
}
