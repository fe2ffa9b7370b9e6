// Hail Batch's side of the port. The token of a batch is made from the key of the action that wants it, so
// that asking again finds the same batch. Retries nothing by itself.
import { z } from 'zod';
import { BatchAnswer, BatchList } from '../../../schemas/batch-api.ts';
import type { BatchId } from '../../../schemas/ids.ts';
import { purposeOf } from '../../core/batch-attributes.ts';
import type { BranchConfig } from '../../core/config.ts';
import { deployedOf } from '../../core/deployed-attributes.ts';
import type { Fault } from '../../core/fault.ts';
import { judgeBatch } from '../../core/judge-batch.ts';
import type { ObservedBatch } from '../../core/observation.ts';
import { ok, type Result } from '../../core/result.ts';
import type { BatchService, NewBatch } from '../../loop/ports.ts';
import type { BatchApi } from './api.ts';
import { readFailures } from './failures.ts';
import { readJobs } from './jobs.ts';
import { readPassedJobs } from './passed-jobs.ts';
import { type BatchSpec, submit } from './submission.ts';

/** After lost storage: so many pages of 50 are searched for batches of open pull requests. */
const PAGES_MAX = 20;

export interface BatchOptions {
  readonly user: string;
  readonly billingProject: string;
  /** Where Batch says that a batch is over. */
  readonly callbackUrl: (branch: string, key: string) => Promise<string>;
  /** The token of a key, at most 100 characters; its SHA-256 unless told. */
  readonly tokenOf?: (key: string) => Promise<string>;
}

export function createBatchService(
  api: BatchApi,
  options: BatchOptions,
  config: BranchConfig,
): BatchService {
  return {
    list: (after) => listBatches(api, options, config, after),

    async get(id) {
      const answer = await api.request('GET', `/batches/${id}`, BatchAnswer);
      if (answer.ok) return ok(observed(answer.value, config));
      return isMissing(answer.error) ? ok(null) : answer;
    },

    async create(batch) {
      return submit(api, await specOf(options, config, batch), batch.jobs);
    },

    failures: (id) => readFailures(api, id),

    jobs: (id) => readJobs(api, id),

    passedJobs: (test) => readPassedJobs(api, { name: config.name, user: options.user }, test),

    async cancel(id) {
      const answer = await api.request('PATCH', `/batches/${id}/cancel`, z.unknown());
      return answer.ok || isMissing(answer.error) ? ok(undefined) : answer;
    },
  };
}

const isMissing = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;

/** Newest first, down to and without `after`. One request unless more than 50 batches are newer. */
async function listBatches(
  api: BatchApi,
  options: BatchOptions,
  config: BranchConfig,
  after: BatchId | 0,
): Promise<Result<ObservedBatch[], Fault>> {
  const query = `target_branch=${config.name} user:${options.user}`;
  const found: ObservedBatch[] = [];
  let before: number | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const parameters = new URLSearchParams({ q: query });
    if (before !== undefined) parameters.set('last_batch_id', String(before));
    const answer = await api.request('GET', `/batches?${parameters}`, BatchList);
    if (!answer.ok) return answer;
    const { batches, last_batch_id: last } = answer.value;
    found.push(
      ...batches.filter(({ id }) => id > after).flatMap((batch) => observed(batch, config) ?? []),
    );
    if (last === undefined || last <= after) break;
    before = last;
  }
  return ok(found);
}

/** null for a batch that is not this branch's. */
function observed(batch: BatchAnswer, { name }: BranchConfig): ObservedBatch | null {
  // Batch compares attributes regardless of case.
  const ours = batch.attributes?.['target_branch'] === name ? purposeOf(batch.attributes) : null;
  if (!ours) return null;
  const { purpose, jobs } = ours;
  const { id, complete: over, n_completed: finished, attributes } = batch;
  const status = judgeBatch(batch, jobs);
  return { id, purpose, jobs, status, finished, over, deployed: deployedOf(attributes) };
}

async function specOf(
  options: BatchOptions,
  config: BranchConfig,
  { key, name, attributes, jobs }: NewBatch,
): Promise<BatchSpec> {
  const token = await tokenOf(options, key);
  return {
    billing_project: options.billingProject,
    n_jobs: jobs.length,
    token,
    attributes: { ...attributes, name, token },
    callback: await options.callbackUrl(config.name, key),
  };
}

export const tokenOf = (options: BatchOptions, key: string): Promise<string> =>
  (options.tokenOf ?? sha256)(key);

/** @returns 64 hex digits */
async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
