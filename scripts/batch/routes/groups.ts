/**
 * The routes that read job groups: one, or those directly in another, in pages of fifty.
 */
import { type Context, Hono } from 'hono';
import { groupJson } from '../present.ts';
import { type BatchRecord, committedGroups, type GroupRecord } from '../record.ts';
import type { Entry } from '../submit.ts';
import { pageSize } from './lists.ts';
import { cursorOf, idOf, type Signed, visibleGroup } from './request.ts';

export function groupRoutes({ access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const list = (c: Context<Signed>, batch: BatchRecord, parent: GroupRecord) => {
    const after = cursorOf(c, 'last_job_group_id') ?? 0;
    const found = committedGroups(batch).filter(
      (group) => group.parent === parent && group.id > after,
    );
    const page = found.slice(0, pageSize);
    const more = found.length > pageSize ? { last_job_group_id: page.at(-1)?.id } : {};
    return c.json({ job_groups: page.map((group) => groupJson(batch, group)), ...more });
  };

  routes.get('/batches/:batch/job-groups', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return list(c, batch, batch.root);
  });
  routes.get('/batches/:batch/job-groups/:group', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return c.json(groupJson(batch, visibleGroup(c, batch)));
  });
  routes.get('/batches/:batch/job-groups/:group/job-groups', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    return list(c, batch, visibleGroup(c, batch));
  });
  return routes;
}
