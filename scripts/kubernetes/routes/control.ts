/**
 * The local Kubernetes' own switches, under /_kubernetes, besides faults: how fast things happen, and
 * what watches remember. No login, and no part of Kubernetes: only tests and demos may use them.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Pace } from '../controllers/controller.ts';
import { badRequest } from '../failure.ts';
import type { Objects } from '../objects.ts';
import type { Watches } from './watch.ts';

export interface ControlParts {
  readonly objects: Objects;
  readonly watches: Watches;
  readonly pace: Pace;
  /** To be called when the pace has changed. */
  readonly wake: () => void;
}

const paceChange = z.strictObject({
  readyDelayMs: z.number().nonnegative().optional(),
  namespaceDelayMs: z.number().nonnegative().optional(),
});

export function controlRoutes({ objects, watches, pace, wake }: ControlParts): Hono {
  const routes = new Hono();
  routes.put('/pace', async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    const parsed = paceChange.safeParse(body);
    if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
    const { readyDelayMs = pace.readyDelayMs, namespaceDelayMs = pace.namespaceDelayMs } =
      parsed.data;
    Object.assign(pace, { readyDelayMs, namespaceDelayMs });
    wake();
    return c.json(pace);
  });
  /** A watch from before now is too old from here on. */
  routes.post('/forget', (c) => {
    objects.store.forget();
    return c.json({ ok: true });
  });
  /** As when a server restarts, or a proxy loses patience. */
  routes.delete('/watches', (c) => {
    for (const stop of [...watches.running]) stop();
    return c.json({ ok: true });
  });
  return routes;
}
