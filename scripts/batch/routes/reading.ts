/**
 * The routes that read: batches, jobs, logs and attempts, in pages of fifty. A batch that the
 * caller may not see is not found.
 */
import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { attemptJson, batchJson, containersOf, jobEntryJson, jobJson } from '../present.ts';
import { type Predicate, parseBatchQueryV1, parseJobQueryV1 } from '../query-v1.ts';
import { parseBatchQueryV2, parseJobQueryV2 } from '../query-v2.ts';
import { type BatchRecord, committedJobs, containerNames, type JobRecord } from '../record.ts';
import { notFound, Refusal } from '../refusal.ts';
import { logPath } from '../runner.ts';
import type { Entry } from '../submit.ts';
import { cursorOf, idOf, type Signed } from './request.ts';
import { deprecation } from './submission.ts';

const pageSize = 50;

/** What is the same in both versions of the API, but for its language. */
export function listRoutes({ engine, access }: Entry, version: 'v1alpha' | 'v2alpha') {
  const routes = new Hono<Signed>();
  const batchQuery = version === 'v1alpha' ? parseBatchQueryV1 : parseBatchQueryV2;
  const jobQuery = version === 'v1alpha' ? parseJobQueryV1 : parseJobQueryV2;

  routes.get('/batches', (c) => {
    const mine = version === 'v1alpha' ? `user:${c.var.user}` : `user = ${c.var.user}`;
    const matches = batchQuery(c.req.query('q') ?? mine);
    const before = cursorOf(c, 'last_batch_id') ?? Number.POSITIVE_INFINITY;
    const found = [...engine.store.batches.values()]
      .reverse()
      .filter((batch) => batch.id < before && !batch.deleted)
      .filter((batch) => access.mayRead(c.var.user, batch) && matches(batch));
    const page = found.slice(0, pageSize);
    const more = found.length > pageSize ? { last_batch_id: page.at(-1)?.id } : {};
    return c.json({ batches: page.map(batchJson), ...more });
  });

  const listJobs = (c: Context<Signed>, batch: BatchRecord) => {
    const matches: Predicate<JobRecord> = jobQuery(c.req.query('q') ?? '');
    checkRecursive(c.req.query('recursive'));
    const after = cursorOf(c, 'last_job_id') ?? 0;
    const page = committedJobs(batch)
      .filter((job) => job.id > after && matches(job))
      .slice(0, pageSize);
    // Named whenever the page is full, so a last page may be empty.
    const more = page.length === pageSize ? { last_job_id: page.at(-1)?.id } : {};
    return c.json({ jobs: page.map((job) => jobEntryJson(batch, job)), ...more });
  };
  routes.get('/batches/:batch/jobs', (c) =>
    listJobs(c, access.readable(c.var.user, idOf(c, 'batch'))),
  );
  routes.get('/batches/:batch/job-groups/:group/jobs', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    if (idOf(c, 'group') !== 0) throw notFound();
    return listJobs(c, batch);
  });
  return routes;
}

export function readingRoutes({ engine, access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const jobOf = (c: Context<Signed>): [BatchRecord, JobRecord] => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const job = batch.jobs.get(idOf(c, 'job'));
    const committed = batch.updates.some(({ id, committed }) => id === job?.updateId && committed);
    if (!job || !committed) throw notFound();
    return [batch, job];
  };
  /** null when that container has not started in that attempt. */
  const readLog = async (batch: BatchRecord, job: JobRecord, name: string, attemptId?: string) => {
    const container = containersOf(job).find((candidate) => candidate === name);
    if (!container) throw new Refusal(400, `unknown container ${name}`);
    const attempt =
      attemptId === undefined
        ? job.attempts.at(-1)
        : job.attempts.find((candidate) => candidate.id === attemptId);
    if (!attempt?.containers[container]) return null;
    const folder = engine.attemptFolder(batch.id, job.id, attempt.id);
    return readFile(logPath(folder, container)).catch(() => Buffer.alloc(0));
  };

  routes.get('/batches/:batch', (c) =>
    c.json(batchJson(access.readable(c.var.user, idOf(c, 'batch')))),
  );
  routes.get('/batches/:batch/jobs/:job', (c) => c.json(jobJson(...jobOf(c))));

  routes.get('/batches/:batch/jobs/:job/attempts', (c) => {
    const [batch, job] = jobOf(c);
    const attempts = job.attempts.map((attempt) => attemptJson(batch, job, attempt));
    return c.json(attempts.length === 0 ? null : attempts);
  });

  routes.get('/batches/:batch/jobs/:job/log', async (c) => {
    const [batch, job] = jobOf(c);
    const logs: Record<string, string | null> = {};
    for (const name of containersOf(job)) {
      const log = await readLog(batch, job, name);
      logs[name] = log && utf8(log);
    }
    const path = 'GET /api/v1alpha/batches/{batch_id}/jobs/{job_id}/log';
    c.header('X-Hail-Deprecated', deprecation(path));
    return c.json(logs);
  });

  routes.get('/batches/:batch/jobs/:job/log/:container', async (c) => {
    const [batch, job] = jobOf(c);
    const name = c.req.param('container');
    if (!containerNames.some((known) => known === name)) {
      throw new Refusal(400, `unknown container ${name}`);
    }
    const log = await readLog(batch, job, name, c.req.query('attempt_id'));
    return c.body(new Uint8Array(log ?? []), 200, { 'content-type': 'application/octet-stream' });
  });
  return routes;
}

function checkRecursive(value: string | undefined): void {
  const known = [undefined, 'True', 'true', '1', 'False', 'false', '0'];
  if (!known.includes(value)) throw new Refusal(500, 'Internal Server Error');
}

function utf8(log: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(log);
  } catch {
    throw new Refusal(400, 'the log is not valid UTF-8; use the log of one container');
  }
}
