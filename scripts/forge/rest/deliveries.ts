// REST: the deliveries of one hook, whoever's it is: a list that goes by cursor, and one of them whole.

import { Hono } from 'hono';
import { z } from 'zod';
import type { Deliveries, Delivery } from '../deliveries.ts';
import { deliveryItemJson, deliveryJson, hasArrived } from '../json/hook.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import { perPage } from './reading.ts';

const asked = z.object({
  cursor: z.string().optional(),
  status: z.enum(['success', 'failure']).optional(),
  redelivery: z.enum(['true', 'false']).optional(),
});

const cursorOf = ({ id }: Delivery): string => `v1_${id}`;

/** Below the address of the hook that `hookOf` finds in the request; it refuses whoever may not look. */
export function deliveryRoutes(
  deliveries: Deliveries,
  hookOf: (c: ForgeContext) => number,
): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/deliveries', (c) => {
    const parsed = asked.safeParse(c.req.query());
    const of = deliveries.of(hookOf(c));
    if (!parsed.success) throw new Refusal(422, z.prettifyError(parsed.error));
    const { cursor, status, redelivery } = parsed.data;
    const start = cursor === undefined ? 0 : of.findIndex((one) => cursorOf(one) === cursor);
    if (start < 0) throw new Refusal(400, 'Invalid cursor');
    const chosen = of
      .slice(start)
      .filter(
        (one) =>
          (status === undefined || hasArrived(one) === (status === 'success')) &&
          (redelivery === undefined || one.redelivery === (redelivery === 'true')),
      );
    const size = perPage(c);
    const next = chosen[size];
    if (next !== undefined) {
      const url = new URL(c.req.url);
      url.searchParams.set('cursor', cursorOf(next));
      c.header('link', `<${url}>; rel="next"`);
    }
    return c.json(chosen.slice(0, size).map(deliveryItemJson));
  });
  app.get('/deliveries/:delivery', (c) =>
    c.json(deliveryJson(deliveryNamed(deliveries, hookOf(c), c))),
  );
  return app;
}

/** Throws a 404 Refusal. */
export function deliveryNamed(deliveries: Deliveries, hookId: number, c: ForgeContext): Delivery {
  const id = Number(c.req.param('delivery'));
  const found = deliveries.of(hookId).find((one) => one.id === id);
  if (found === undefined) throw notFound();
  return found;
}
