// Hail Batch's side of the port over an injected fetch. The token of a batch is made from the key of
// the action that wants it, so that asking again finds the same batch. Retries nothing by itself.
import { z } from 'zod';
import { BatchAnswer, BatchList, CreatedBatch } from '../../schemas/batch-api.ts';
import type { BatchId } from '../../schemas/ids.ts';
import { purposeOf } from '../core/batch-attributes.ts';
import type { BranchConfig } from '../core/config.ts';
import type { Fault } from '../core/fault.ts';
import { judgeBatch } from '../core/judge-batch.ts';
import type { ObservedBatch } from '../core/observation.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { BatchService, NewBatch } from '../loop/ports.ts';
import { faultOfHttp, faultOfThrown } from './fault-of.ts';
import { timedFetch } from './timed-fetch.ts';

const TIMEOUT_MS = 30_000;
/** After lost storage: so many pages of 50 are searched for batches of open pull requests. */
const PAGES_MAX = 20;

export interface BatchOptions {
  readonly url: string;
  readonly token: string;
  readonly user: string;
  readonly billingProject: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  /** For one whole answer; 30 s unless told. */
  readonly timeoutMs?: number;
  /** Where Batch says that a batch is over. */
  readonly callbackUrl: (branch: string, key: string) => Promise<string>;
}

export function createBatchService(options: BatchOptions, config: BranchConfig): BatchService {
  const request = requester(options);
  return {
    list: (after) => listBatches(request, options, config, after),

    async get(id) {
      const answer = await request('GET', `/batches/${id}`, BatchAnswer);
      if (answer.ok) return ok(observed(answer.value));
      return isMissing(answer.error) ? ok(null) : answer;
    },

    async create(batch) {
      const body = await createBody(options, config, batch);
      const answer = await request('POST', '/batches/create-fast', CreatedBatch, body);
      return answer.ok ? ok(answer.value.id) : answer;
    },

    async cancel(id) {
      const answer = await request('PATCH', `/batches/${id}/cancel`, z.unknown());
      return answer.ok || isMissing(answer.error) ? ok(undefined) : answer;
    },
  };
}

type Request = <T extends z.ZodType>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  answer: T,
  body?: unknown,
) => Promise<Result<z.infer<T>, Fault>>;

const isMissing = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;

/** Newest first, down to and without `after`. One request unless more than 50 batches are newer. */
async function listBatches(
  request: Request,
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
    const answer = await request('GET', `/batches?${parameters}`, BatchList);
    if (!answer.ok) return answer;
    const { batches, last_batch_id: last } = answer.value;
    found.push(...batches.filter(({ id }) => id > after).flatMap((batch) => observed(batch) ?? []));
    if (last === undefined || last <= after) break;
    before = last;
  }
  return ok(found);
}

/** null for a batch that is not ours. */
function observed(batch: BatchAnswer): ObservedBatch | null {
  const ours = purposeOf(batch.attributes);
  if (!ours) return null;
  const { purpose, jobs } = ours;
  return { id: batch.id, purpose, jobs, status: judgeBatch(batch, jobs), over: batch.complete };
}

async function createBody(
  options: BatchOptions,
  config: BranchConfig,
  { key, name, attributes, jobs }: NewBatch,
): Promise<unknown> {
  const token = await tokenOf(key);
  return {
    batch: {
      billing_project: options.billingProject,
      n_jobs: jobs.length,
      token,
      attributes: { ...attributes, name, token },
      callback: await options.callbackUrl(config.name, key),
    },
    bunch: jobs,
  };
}

/** At most 100 characters fit into Batch's column. @returns 64 hex digits */
async function tokenOf(key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function requester(options: BatchOptions): Request {
  const fetch = timedFetch(options.fetch, options.timeoutMs ?? TIMEOUT_MS);
  return async (method, path, answer, body) => {
    try {
      const response = await fetch(`${options.url}/api/v1alpha${path}`, {
        method,
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // Batch puts its words into the body; a status line's reason is lost on the way.
      const text = await response.text();
      if (response.ok) return ok(answer.parse(text === '' ? undefined : JSON.parse(text)));
      return err(
        faultOfHttp({
          status: response.status,
          message: wordsOf(text, response.status),
          header: (name) => response.headers.get(name),
          now: options.now(),
        }),
      );
    } catch (error) {
      return err(faultOfThrown(error));
    }
  };
}

const wordsOf = (body: string, status: number): string =>
  body.replace(new RegExp(`^${status}: `), '').slice(0, 500) || 'no reason given';
