/**
 * The local Batch's own switches, under /_batch: faults, the request log, callbacks. No login, and
 * no part of Batch's protocol: only tests and demos may use them.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Callbacks } from '../callback.ts';
import { type Faults, faultSpec } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import { jsonBody } from './request.ts';

const callbackMode = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.enum(['deliver', 'drop', 'duplicate']) }),
  z.strictObject({ mode: z.literal('delay'), delayMs: z.number().nonnegative() }),
]);

export function controlRoutes(faults: Faults, callbacks: Callbacks): Hono {
  const routes = new Hono();
  routes.post('/faults', async (c) => {
    faults.add(parseSwitch(faultSpec, await jsonBody(c)));
    return c.json({ ok: true });
  });
  routes.delete('/faults', (c) => {
    faults.clear();
    return c.json({ ok: true });
  });
  routes.get('/requests', (c) => c.json({ requests: faults.requests }));
  routes.delete('/requests', (c) => {
    faults.forget();
    return c.json({ ok: true });
  });
  routes.put('/callbacks', async (c) => {
    callbacks.mode = parseSwitch(callbackMode, await jsonBody(c));
    return c.json({ ok: true });
  });
  return routes;
}

function parseSwitch<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}
