/**
 * The routes by which a client submits: the fast path in one request, and the slow one in four.
 * They only take requests apart; submit.ts does the work.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import type { BatchRecord, UpdateRecord } from '../record.ts';
import { Refusal } from '../refusal.ts';
import {
  addGroups,
  addJobs,
  commitUpdate,
  createBatch,
  createUpdate,
  type Entry,
  updateOf,
} from '../submit.ts';
import { idOf, jsonBody, type Signed } from './request.ts';

const rest = { bunch: z.unknown(), job_groups: z.unknown().optional() };
const fastBatch = z.object({ batch: z.unknown(), ...rest });
const fastUpdate = z.object({ update: z.unknown(), ...rest });

export function submissionRoutes(entry: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  routes.route('/', fastRoutes(entry));
  routes.route('/', slowRoutes(entry));
  routes.route('/', deprecatedRoutes(entry));
  return routes;
}

/** Everything in one request. */
function fastRoutes(entry: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const { access } = entry;

  routes.post('/batches/create-fast', async (c) => {
    const body = required(fastBatch, await jsonBody(c));
    const batch = createBatch(entry, c.var.user, body.batch);
    if (isEmpty(batch)) throw new Refusal(500, 'Internal Server Error');
    const update = firstUpdate(entry, batch);
    const broken = await c.var.midway?.();
    if (broken) return broken;
    submitAll(entry, batch, update, body);
    return c.json({ id: batch.id, ...startIds(update) });
  });

  routes.post('/batches/:batch/update-fast', async (c) => {
    const body = required(fastUpdate, await jsonBody(c));
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    const update = createUpdate(entry, batch, body.update);
    submitAll(entry, batch, update, body);
    return c.json({ update_id: update.id, ...startIds(update) });
  });

  return routes;
}

/** One request a step, for what does not fit in one. */
function slowRoutes(entry: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const { access } = entry;

  routes.post('/batches/create', async (c) => {
    const batch = createBatch(entry, c.var.user, await jsonBody(c));
    if (isEmpty(batch)) {
      return c.json({
        id: batch.id,
        update_id: null,
        start_job_group_id: null,
        start_job_id: null,
      });
    }
    const update = firstUpdate(entry, batch);
    return c.json({ id: batch.id, update_id: update.id, ...startIds(update) });
  });

  routes.post('/batches/:batch/updates/create', async (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    const update = createUpdate(entry, batch, await jsonBody(c));
    return c.json({ update_id: update.id, ...startIds(update) });
  });

  routes.post('/batches/:batch/updates/:update/job-groups/create', async (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    addGroups(entry, batch, updateOf(batch, idOf(c, 'update')), await jsonBody(c));
    return c.body(null);
  });

  routes.post('/batches/:batch/updates/:update/jobs/create', async (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    addJobs(entry, batch, updateOf(batch, idOf(c, 'update')), await jsonBody(c));
    return c.body(null);
  });

  routes.patch('/batches/:batch/updates/:update/commit', (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    const update = updateOf(batch, idOf(c, 'update'));
    commitUpdate(entry, batch, update);
    return c.json(startIds(update));
  });

  return routes;
}

/** From before there were updates. */
function deprecatedRoutes(entry: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const { access } = entry;

  routes.post('/batches/:batch/jobs/create', async (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    addJobs(entry, batch, updateOf(batch, 1), await jsonBody(c));
    c.header('X-Hail-Deprecated', deprecation('POST /api/v1alpha/batches/{batch_id}/jobs/create'));
    return c.body(null);
  });

  routes.patch('/batches/:batch/close', (c) => {
    const batch = access.own(c.var.user, idOf(c, 'batch'));
    if (batch.root.cancelled) {
      throw new Refusal(400, 'Cannot close a previously cancelled batch.');
    }
    if (!isEmpty(batch)) commitUpdate(entry, batch, updateOf(batch, 1));
    c.header('X-Hail-Deprecated', deprecation('PATCH /api/v1alpha/batches/{batch_id}/close'));
    return c.body(null);
  });

  return routes;
}

export function deprecation(path: string): string {
  return `The endpoint "${path}" is deprecated and will be removed.`;
}

/** The update that came with the batch carries the batch's own token. */
function firstUpdate(entry: Entry, batch: BatchRecord): UpdateRecord {
  const { token, n_jobs, n_job_groups } = batch.spec;
  return createUpdate(entry, batch, { token, n_jobs, n_job_groups });
}

const isEmpty = ({ spec }: BatchRecord): boolean => spec.n_jobs + spec.n_job_groups === 0;

/** A repeat of a request that was carried out before is answered as the first one was. */
function submitAll(
  entry: Entry,
  batch: BatchRecord,
  update: UpdateRecord,
  { bunch, job_groups: groups = [] }: { bunch: unknown; job_groups?: unknown },
): void {
  if (update.committed) return;
  addGroups(entry, batch, update, groups);
  addJobs(entry, batch, update, bunch);
  commitUpdate(entry, batch, update);
}

function startIds(update: UpdateRecord) {
  return { start_job_group_id: update.startGroupId, start_job_id: update.startJobId };
}

/** Batch takes these keys for granted, and answers 500 when one is missing. */
function required<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(500, 'Internal Server Error');
  return parsed.data;
}
