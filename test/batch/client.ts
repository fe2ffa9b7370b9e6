/**
 * A local Batch in a folder of its own, and the few words by which the tests talk to it: submit,
 * wait, read. Speaks HTTP like any client.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  type LocalBatch,
  type LocalBatchOptions,
  startLocalBatch,
} from '../../scripts/batch/local-batch.ts';

const batchReply = z.looseObject({
  id: z.number(),
  state: z.string(),
  complete: z.boolean(),
  n_jobs: z.number(),
  n_completed: z.number(),
});
const jobReply = z.looseObject({
  state: z.string(),
  exit_code: z.number().nullable(),
  status: z.looseObject({ container_statuses: z.record(z.string(), z.looseObject({})) }).nullable(),
});

export type Body = Record<string, unknown>;

/** A job of the given id that runs a shell script. */
export function script(id: number, text: string, more: Body = {}): Body {
  const process = { type: 'docker', image: 'none', command: ['sh', '-c', text] };
  return { job_id: id, process, always_run: false, ...more };
}

export class BatchClient {
  readonly root: string;
  readonly #batch: LocalBatch;

  constructor(batch: LocalBatch, root: string) {
    this.#batch = batch;
    this.root = root;
  }

  get url(): string {
    return this.#batch.url;
  }

  get secureUrl(): string {
    return this.#batch.secureUrl;
  }

  get caPath(): string {
    return this.#batch.caPath;
  }

  get bucketDir(): string {
    return this.#batch.bucketDir;
  }

  close(): Promise<void> {
    return this.#batch.close();
  }

  /** `path` is below /api unless it starts with a slash. `token` null = none. */
  async send(method: string, path: string, body?: unknown, token: string | null = 'ci-token') {
    const url = this.url + (path.startsWith('/') ? path : `/api/v1alpha/${path}`);
    const response = await fetch(url, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  /** @throws when the answer is not 200. */
  async read(path: string): Promise<unknown> {
    const { status, text } = await this.send('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${text}`);
    return JSON.parse(text);
  }

  /** Submits by the fast path. @returns the batch's id. */
  async submit(
    jobs: readonly Body[],
    batch: Body = {},
    groups: readonly Body[] = [],
  ): Promise<number> {
    const { status, text } = await this.send('POST', 'batches/create-fast', {
      batch: batchBody(jobs.length, batch),
      bunch: jobs,
      job_groups: groups,
    });
    if (status !== 200) throw new Error(`create-fast: ${text}`);
    return z.object({ id: z.number() }).parse(JSON.parse(text)).id;
  }

  async batch(id: number) {
    return batchReply.parse(await this.read(`batches/${id}`));
  }

  async job(batch: number, job: number) {
    return jobReply.parse(await this.read(`batches/${batch}/jobs/${job}`));
  }

  async log(batch: number, job: number, container = 'main'): Promise<string> {
    return (await this.send('GET', `batches/${batch}/jobs/${job}/log/${container}`)).text;
  }

  /** The states of a batch's jobs, in the order of their ids. */
  async jobStates(batch: number): Promise<string[]> {
    const reply = z.object({ jobs: z.array(z.looseObject({ state: z.string() })) });
    const { jobs } = reply.parse(await this.read(`batches/${batch}/jobs?recursive=true`));
    return jobs.map(({ state }) => state);
  }

  async completed(id: number) {
    return until(async () => {
      const batch = await this.batch(id);
      return batch.complete ? batch : null;
    });
  }
}

export function batchBody(nJobs: number, more: Body = {}): Body {
  return { billing_project: 'test', n_jobs: nJobs, token: crypto.randomUUID(), ...more };
}

/** Asks until there is an answer. @throws after a minute: jobs are processes, and machines may be busy. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await pause(20);
  }
  throw new Error('waited a minute in vain');
}

/** Removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-batch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a local Batch for one test: users ci, ann (both in project test) and bob (in none). */
export async function startBatch(options: Partial<LocalBatchOptions> = {}): Promise<BatchClient> {
  const root = options.root ?? (await temporaryFolder());
  const batch = await startLocalBatch({
    port: 0,
    tokens: ['ci', 'ann', 'bob'].map((user) => ({ token: `${user}-token`, user })),
    billingProjects: [{ name: 'test', users: ['ci', 'ann'] }],
    ...options,
    root,
  });
  const client = new BatchClient(batch, root);
  let closed: Promise<void> | null = null;
  const close = client.close.bind(client);
  client.close = () => {
    closed ??= close();
    return closed;
  };
  onTestFinished(() => client.close());
  return client;
}
