/**
 * The local Batch's own switches, under /_batch, besides faults: callbacks, preemption, maintenance.
 * No login, and no part of Batch's protocol: only tests and demos may use them.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Callbacks } from '../callback.ts';
import type { Engine } from '../engine.ts';
import { Refusal } from '../refusal.ts';
import { jsonBody } from './request.ts';

const callbackMode = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.enum(['deliver', 'drop', 'duplicate']) }),
  z.strictObject({ mode: z.literal('delay'), delayMs: z.number().nonnegative() }),
]);
const runningJob = z.strictObject({ batch: z.int(), job: z.int() });
const frozenSwitch = z.strictObject({ frozen: z.boolean() });

/** In maintenance Batch takes no POST and no PATCH. */
export interface Maintenance {
  frozen: boolean;
}

export function controlRoutes(
  engine: Engine,
  callbacks: Callbacks,
  maintenance: Maintenance,
): Hono {
  const routes = new Hono();
  routes.put('/callbacks', async (c) => {
    callbacks.mode = parseSwitch(callbackMode, await jsonBody(c));
    return c.json({ ok: true });
  });
  routes.post('/preempt', async (c) => {
    const { batch, job } = parseSwitch(runningJob, await jsonBody(c));
    if (!engine.preempt(batch, job)) {
      throw new Refusal(404, `job ${job} of batch ${batch} is not running`);
    }
    return c.json({ ok: true });
  });
  routes.put('/frozen', async (c) => {
    maintenance.frozen = parseSwitch(frozenSwitch, await jsonBody(c)).frozen;
    return c.json({ ok: true });
  });
  return routes;
}

function parseSwitch<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}
