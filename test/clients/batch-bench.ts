// Our Batch client, put together as durable-objects/hands.ts does it, against a local Batch of the test's
// own; and batches to make with it. Asserts nothing.
import { z } from 'zod';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { type BatchOptions, createBatchService } from '../../src/clients/batch/batch.ts';
import {
  BatchConnection,
  type BatchConnectionOptions,
} from '../../src/clients/batch/connection.ts';
import { callbackUrl } from '../../src/clients/callback-url.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import { attributesOf } from '../../src/core/batch-attributes.ts';
import type { BatchPurpose } from '../../src/core/observation.ts';
import type { BatchService, NewBatch } from '../../src/loop/ports.ts';
import { type BatchClient, startBatch, until } from '../batch/client.ts';
import { sha } from '../support/builders.ts';
import { config, NOON, unwrap } from './hands.ts';

export const BRANCH = config().name;
export const SECRET = 'callback-secret-0123456789';

export interface Bench {
  readonly batch: BatchClient;
  readonly service: BatchService;
  readonly options: BatchOptions;
  api(): BatchConnection;
  /** One with other options. */
  client(change?: Partial<BatchConnectionOptions>): BatchService;
  fault(fault: {
    readonly match?: object;
    readonly when?: 'before' | 'midway' | 'after';
    readonly times?: number;
    readonly do: object;
  }): Promise<void>;
  /** What a call asked of Batch. */
  asked<T>(call: () => Promise<T>): Promise<{ answer: T; requests: string[] }>;
}

const requestLog = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string() })),
});

export async function start(): Promise<Bench> {
  const batch = await startBatch();
  const api = (change: Partial<BatchConnectionOptions> = {}) =>
    new BatchConnection({
      url: batch.url,
      credentials: fixedToken('ci-token'),
      fetch: (input, init) => globalThis.fetch(input, init),
      now: () => NOON,
      ...change,
    });
  const options: BatchOptions = {
    user: 'ci',
    billingProject: 'test',
    callbackUrl: (branch, key) => callbackUrl('http://127.0.0.1:1', SECRET, branch, key),
  };
  const client = (change?: Partial<BatchConnectionOptions>) =>
    createBatchService(api(change), options, config());
  return {
    batch,
    options,
    api: () => api(),
    service: client(),
    client,
    async fault(fault) {
      const body = { match: { path: '/api/' }, when: 'before', times: 1, ...fault };
      const { status, text } = await batch.send('POST', '/_batch/faults', body);
      if (status !== 200) throw new Error(text);
    },
    async asked(call) {
      await batch.send('DELETE', '/_batch/requests');
      const answer = await call();
      const { requests } = requestLog.parse(await batch.read('/_batch/requests'));
      const others = requests.filter(({ path }) => !path.startsWith('/_batch/'));
      return { answer, requests: others.map(({ method, path }) => `${method} ${path}`) };
    },
  };
}

export const job = (id: number, text: string, more: Partial<JobSpec> = {}): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  process: { type: 'docker', image: 'none', command: ['sh', '-c', text] },
  always_run: false,
  always_copy_output: false,
  attributes: {},
  regions: ['us-central1'],
  ...more,
});

export const TEST: BatchPurpose = {
  kind: 'test',
  pr: 7,
  sourceSha: sha(1),
  targetSha: sha(2),
  testedSha: sha(3),
  testedTree: sha(4),
  method: 'squash',
  attempt: 2,
  reason: 'target_moved',
  messageDigest: 'digest',
  passedBefore: null,
};
export const DEPLOY: BatchPurpose = { kind: 'deploy', sha: sha(5), attempt: 1 };

export const newBatch = (
  key: string,
  jobs: readonly JobSpec[] = [job(1, 'true')],
  purpose: BatchPurpose = TEST,
): NewBatch => ({
  key,
  name: `${key} of main`,
  purpose,
  attributes: attributesOf(purpose, {
    targetBranch: BRANCH,
    sourceBranch: 'pr/größe',
    jobs: jobs.length,
  }),
  jobs,
});

export const over = (service: BatchService, id: number) =>
  until(async () => {
    const found = unwrap(await service.get(id));
    return found?.over ? found : null;
  });
