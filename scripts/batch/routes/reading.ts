/**
 * The routes that read one batch or one job: how it stands, and its attempts. A batch that the
 * caller may not see is not found.
 */
import { Hono } from 'hono';
import { batchJson, hasStarted, jobJson } from '../present.ts';
import { attemptJson, containersOf } from '../present-attempt.ts';
import type { Entry } from '../submit.ts';
import { idOf, type Signed, visibleJob } from './request.ts';

/** What is measured of a container on the real Batch; here nothing is. */
const usageColumns = ['time_msecs', 'memory_in_bytes', 'cpu_usage'];

export function readingRoutes({ engine, access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();

  routes.get('/batches/:batch', (c) =>
    c.json(batchJson(access.readable(c.var.user, idOf(c, 'batch')))),
  );
  routes.get('/batches/:batch/jobs/:job', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return c.json(jobJson(batch, visibleJob(c, batch)));
  });

  routes.get('/batches/:batch/jobs/:job/attempts', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const job = visibleJob(c, batch);
    const attempts = job.attempts.map((attempt) => attemptJson(batch, job, attempt, engine.now()));
    return c.json(attempts.length === 0 ? null : attempts);
  });

  routes.get('/batches/:batch/jobs/:job/resource_usage', (c) => {
    const job = visibleJob(c, access.readable(c.var.user, idOf(c, 'batch')));
    const usage = { columns: usageColumns, index: [], data: [] };
    const ran = hasStarted(job) && job.attempts.length > 0 ? containersOf(job) : [];
    return c.json(Object.fromEntries(ran.map((name) => [name, usage])));
  });
  return routes;
}
