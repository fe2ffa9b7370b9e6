/**
 * The switches that every local server has: faults and the request log. No login: only tests and
 * demos may use them, and whoever reaches this machine's loopback may already do more.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import { type Faults, faultSpec } from './faults.ts';

export function faultRoutes(faults: Faults): Hono {
  const routes = new Hono();
  routes.post('/faults', async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    const parsed = faultSpec.safeParse(body);
    if (!parsed.success) return c.text(`400: ${z.prettifyError(parsed.error)}`, 400);
    faults.add(parsed.data);
    return c.json({ ok: true });
  });
  routes.get('/faults', (c) => c.json(faults.waiting));
  routes.delete('/faults', (c) => {
    faults.clear(c.req.query('name') ?? null);
    return c.json({ ok: true });
  });
  routes.get('/requests', (c) => c.json({ requests: faults.requests }));
  routes.delete('/requests', (c) => {
    faults.forget();
    return c.json({ ok: true });
  });
  return routes;
}
