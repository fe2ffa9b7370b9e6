/**
 * The lists of batches and of jobs, in pages of fifty, in either query language. What the caller may
 * not see is not in them.
 */
import { type Context, Hono } from 'hono';
import { batchJson, jobEntryJson } from '../present.ts';
import { parseBatchQueryV1, parseJobQueryV1 } from '../query-v1.ts';
import { parseBatchQueryV2, parseJobQueryV2 } from '../query-v2.ts';
import { type BatchRecord, committedJobs, type GroupRecord, lineage } from '../record.ts';
import type { Entry } from '../submit.ts';
import { cursorOf, flagOf, idOf, type Signed, visibleGroup } from './request.ts';

export const pageSize = 50;

/** What is the same in both versions of the API, but for its language. */
export function listRoutes(
  { engine, access }: Entry,
  version: 'v1alpha' | 'v2alpha',
): Hono<Signed> {
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

  const listJobs = (c: Context<Signed>, batch: BatchRecord, group: GroupRecord) => {
    const matches = jobQuery(c.req.query('q') ?? '');
    const recursive = flagOf(c, 'recursive');
    const after = cursorOf(c, 'last_job_id') ?? 0;
    const page = committedJobs(batch)
      .filter((job) => job.id > after && matches(job))
      .filter(({ groupId }) =>
        recursive ? lineage(batch, groupId).includes(group) : groupId === group.id,
      )
      .slice(0, pageSize);
    // Named whenever the page is full, so a last page may be empty.
    const more = page.length === pageSize ? { last_job_id: page.at(-1)?.id } : {};
    return c.json({ jobs: page.map((job) => jobEntryJson(batch, job)), ...more });
  };
  routes.get('/batches/:batch/jobs', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return listJobs(c, batch, batch.root);
  });
  routes.get('/batches/:batch/job-groups/:group/jobs', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return listJobs(c, batch, visibleGroup(c, batch));
  });
  return routes;
}
