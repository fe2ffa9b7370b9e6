/**
 * The routes that read what a job wrote: all containers as text, or one as it is.
 */
import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { hasStarted } from '../present.ts';
import { containersOf } from '../present-attempt.ts';
import type { BatchRecord, JobRecord } from '../record.ts';
import { Refusal } from '../refusal.ts';
import { logPath } from '../runner.ts';
import type { Entry } from '../submit.ts';
import { idOf, type Signed, visibleJob } from './request.ts';
import { deprecation } from './submission.ts';

export function logRoutes({ engine, access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  /** null when that container has not started in that attempt. */
  const readLog = async (batch: BatchRecord, job: JobRecord, name: string, attemptId?: string) => {
    const container = containersOf(job).find((candidate) => candidate === name);
    if (!container) throw new Refusal(400, `unknown container ${name}`);
    const attempt = attemptOf(job, attemptId);
    if (!attempt?.containers[container]) return null;
    const folder = engine.attemptFolder(batch.id, job.id, attempt.id);
    return readFile(logPath(folder, container)).catch(() => Buffer.alloc(0));
  };

  routes.get('/batches/:batch/jobs/:job/log', async (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const job = visibleJob(c, batch);
    const logs: Record<string, string | null> = {};
    for (const name of containersOf(job)) {
      const log = await readLog(batch, job, name);
      logs[name] = log && utf8(name, log);
    }
    const path = 'GET /api/v1alpha/batches/{batch_id}/jobs/{job_id}/log';
    c.header('X-Hail-Deprecated', deprecation(path));
    return c.json(logs);
  });

  routes.get('/batches/:batch/jobs/:job/log/:container', async (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const { container } = c.req.param();
    const log = await readLog(batch, visibleJob(c, batch), container, c.req.query('attempt_id'));
    return c.body(new Uint8Array(log ?? []), 200, { 'content-type': 'application/octet-stream' });
  });

  routes.get('/batches/:batch/jobs/:job/log/:container/signed_url', (c) => {
    visibleJob(c, access.readable(c.var.user, idOf(c, 'batch')));
    throw new Refusal(501, 'Not Implemented');
  });
  return routes;
}

/** Without an id the last one, unless the job waits for the next. */
function attemptOf(job: JobRecord, id: string | undefined) {
  if (id !== undefined) return job.attempts.find((attempt) => attempt.id === id);
  return hasStarted(job) ? job.attempts.at(-1) : undefined;
}

function utf8(container: string, log: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(log);
  } catch {
    throw new Refusal(
      400,
      `log for container ${container} is not valid UTF-8, ` +
        'upgrade your hail version to download the log',
    );
  }
}
