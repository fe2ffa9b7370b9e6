// Where an open page hears that a branch has changed: a WebSocket to the branch's object, which says that and no more.
import { Hono } from 'hono';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Branches } from './branches.ts';

export function liveRoutes(branches: Branches): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/live/:branch', async (c) => {
    const branch = branches.find(c.req.param('branch'));
    if (!branch) return c.text(`404: ${c.req.param('branch')} is not a watched branch`, 404);
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      return c.text('426: expected a WebSocket', 426, { upgrade: 'websocket' });
    // A browser sends its cookies along with a WebSocket of any page, and says here which it is.
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== new URL(c.req.url).origin)
      return c.text('403: only pages of Sluice listen here', 403);
    return branch.listen(c.req.raw);
  });
}
