/**
 * The routes that end a batch or a job group: cancelling it, and deleting a batch, which cancels and
 * then hides it. Jobs that always run go on even then.
 */
import { Hono } from 'hono';
import { type BatchRecord, committedGroups, type GroupRecord } from '../record.ts';
import { Refusal } from '../refusal.ts';
import type { Entry } from '../submit.ts';
import { idOf, type Signed } from './request.ts';

export function endingRoutes({ engine, access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const cancel = (batch: BatchRecord, group: GroupRecord): void => {
    if (group.cancelled) return;
    engine.record({ kind: 'cancel', batch: batch.id, group: group.id, ms: engine.now() });
  };

  routes.patch('/batches/:batch/cancel', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    cancel(batch, batch.root);
    return c.body(null);
  });

  routes.patch('/batches/:batch/job-groups/:group/cancel', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const id = idOf(c, 'group');
    const group = committedGroups(batch).find((candidate) => candidate.id === id);
    if (!group) throw new Refusal(403, `Job Group (${batch.id}, ${id}) does not exist.`);
    cancel(batch, group);
    return c.body(null);
  });

  routes.delete('/batches/:batch', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    cancel(batch, batch.root);
    engine.record({ kind: 'delete', batch: batch.id });
    return c.body(null);
  });
  return routes;
}
