/**
 * The routes that end a batch: cancelling it, and deleting it, which cancels and then hides it.
 * Jobs that always run go on even then.
 */
import { Hono } from 'hono';
import type { BatchRecord } from '../record.ts';
import { Refusal } from '../refusal.ts';
import type { Entry } from '../submit.ts';
import { idOf, type Signed } from './request.ts';

export function endingRoutes({ engine, access }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const cancel = (batch: BatchRecord): void => {
    if (!batch.cancelled) engine.record({ kind: 'cancel', batch: batch.id, ms: engine.now() });
  };

  routes.patch('/batches/:batch/cancel', (c) => {
    cancel(access.readable(c.var.user, idOf(c, 'batch')));
    return c.body(null);
  });

  routes.patch('/batches/:batch/job-groups/:group/cancel', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    const group = idOf(c, 'group');
    if (group !== 0) throw new Refusal(403, `Job Group (${batch.id}, ${group}) does not exist.`);
    cancel(batch);
    return c.body(null);
  });

  routes.delete('/batches/:batch', (c) => {
    const batch = access.readable(c.var.user, idOf(c, 'batch'));
    cancel(batch);
    engine.record({ kind: 'delete', batch: batch.id });
    return c.body(null);
  });
  return routes;
}
