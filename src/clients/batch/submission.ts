// Submits a batch: in one request when it fits, otherwise as an update that is filled in bunches and then
// committed. Every step may be repeated with the same token and finds what is there already.
import { z } from 'zod';
import { CreatedBatch, CreatedUpdate } from '../../../schemas/batch-api.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import type { JobSpec } from '../../../schemas/job-spec.ts';
import { type Fault, refusesJobs } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { BatchApi } from './api.ts';

/** Batch takes bodies of up to 8 MiB; the rest is for the batch's own spec. */
const BUNCH_BYTES_MAX = 7 * 1024 * 1024;
const BUNCH_JOBS_MAX = 1024;
const BUNCHES_AT_ONCE = 6;

/** What Batch calls the spec of a batch. */
export interface BatchSpec {
  readonly billing_project: string;
  readonly n_jobs: number;
  readonly token: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly callback?: string;
}

export async function submit(
  api: BatchApi,
  spec: BatchSpec,
  jobs: readonly JobSpec[],
): Promise<Result<BatchId, Fault>> {
  const bunches = bunchesOf(jobs);
  if (!bunches.ok) return bunches;
  const [bunch, ...more] = bunches.value;
  const submitted =
    bunch !== undefined && more.length === 0
      ? await submitAtOnce(api, spec, bunch)
      : await submitInBunches(api, spec, bunches.value);
  // Asked for again, a batch that was cancelled takes no jobs.
  if (!submitted.ok && refusesJobs(submitted.error)) await abandon(api, spec);
  return submitted;
}

async function submitAtOnce(
  api: BatchApi,
  spec: BatchSpec,
  bunch: string,
): Promise<Result<BatchId, Fault>> {
  const body = `{"batch":${JSON.stringify(spec)},"bunch":${bunch}}`;
  const made = await api.request('POST', '/batches/create-fast', CreatedBatch, body);
  return made.ok ? ok(made.value.id) : made;
}

async function submitInBunches(
  api: BatchApi,
  spec: BatchSpec,
  bunches: readonly string[],
): Promise<Result<BatchId, Fault>> {
  const made = await api.request('POST', '/batches/create', CreatedUpdate, JSON.stringify(spec));
  if (!made.ok) return made;
  const { id, update_id: update } = made.value;
  const path = `/batches/${id}/updates/${update}`;
  for (let from = 0; from < bunches.length; from += BUNCHES_AT_ONCE) {
    const sent = await Promise.all(
      bunches
        .slice(from, from + BUNCHES_AT_ONCE)
        .map((bunch) => api.request('POST', `${path}/jobs/create`, z.unknown(), bunch)),
    );
    for (const answer of sent) {
      if (answer.ok) continue;
      // The commit's answer was lost before: there is nothing left to do.
      return isCommitted(answer.error) ? ok(id) : answer;
    }
  }
  const committed = await api.request('PATCH', `${path}/commit`, z.unknown());
  return committed.ok ? ok(id) : committed;
}

const isCommitted = (fault: Fault): boolean =>
  fault.kind === 'refused' && /is already committed/.test(fault.message);

/**
 * Batch keeps the row of a batch whose jobs it refused, and reports it as complete and successful. It is found by its
 * token and cancelled, so that nobody takes it for a result. If that fails, its missing jobs tell as much.
 */
async function abandon(api: BatchApi, spec: BatchSpec): Promise<void> {
  const found = await api.request('POST', '/batches/create', CreatedBatch, JSON.stringify(spec));
  if (found.ok) await api.request('PATCH', `/batches/${found.value.id}/cancel`, z.unknown());
}

/** @returns each bunch as JSON, in the order of the jobs */
export function bunchesOf(jobs: readonly JobSpec[]): Result<string[], Fault> {
  const bunches: string[][] = [];
  let bytes = 0;
  for (const job of jobs) {
    const text = JSON.stringify(job);
    const size = new TextEncoder().encode(text).length + 1;
    if (size > BUNCH_BYTES_MAX)
      return err({ kind: 'refused', status: 413, message: tooLarge(job, size) });
    const last = bunches.at(-1);
    if (!last || last.length === BUNCH_JOBS_MAX || bytes + size > BUNCH_BYTES_MAX) {
      bunches.push([text]);
      bytes = size;
    } else {
      last.push(text);
      bytes += size;
    }
  }
  return ok(bunches.map((texts) => `[${texts.join(',')}]`));
}

const tooLarge = ({ attributes }: JobSpec, size: number): string =>
  `the job ${attributes['name'] ?? ''} has ${(size / 2 ** 20).toFixed(1)} MiB, and Batch takes at most 8 MiB at once`;
