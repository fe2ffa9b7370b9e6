// The reading half of the JSON API: what the branches say of themselves, unchanged.
import { Hono } from 'hono';
import { PullInPath } from '../../schemas/ids.ts';
import type { WatchedBranches } from '../../schemas/status.ts';
import type { Branches } from './branches.ts';

export function statusRoutes(branches: Branches): Hono {
  const app = new Hono().basePath('/api/v1alpha/watched_branches');
  const unknown = (name: string) => `404: ${name} is not a watched branch`;

  app.get('/', async (c) => c.json(await watchedBranches(branches)));

  app.get('/:branch/prs', async (c) => {
    const branch = branches.find(c.req.param('branch'));
    if (!branch) return c.text(unknown(c.req.param('branch')), 404);
    return c.json(await branch.stub.pulls());
  });

  app.get('/:branch/prs/:number', async (c) => {
    const branch = branches.find(c.req.param('branch'));
    if (!branch) return c.text(unknown(c.req.param('branch')), 404);
    const number = PullInPath.safeParse(c.req.param('number'));
    if (!number.success) return c.text('400: PR number must be an integer', 400);
    const pull = await branch.stub.pull(number.data);
    if (!pull) return c.text(`404: #${number.data} is not open on ${branch.config.name}`, 404);
    return c.json(pull);
  });

  app.get('/:branch/events', async (c) => {
    const branch = branches.find(c.req.param('branch'));
    if (!branch) return c.text(unknown(c.req.param('branch')), 404);
    const after = Number(c.req.query('after') ?? 0);
    if (!Number.isSafeInteger(after) || after < 0)
      return c.text('400: after must be the seq of an event', 400);
    const events = await branch.stub.events(after);
    return c.json({ events, next: events.at(-1)?.seq ?? after });
  });
  return app;
}

export async function watchedBranches(branches: Branches): Promise<WatchedBranches> {
  const list = await Promise.all(branches.all().map(({ stub }) => stub.status()));
  return { frozen: list.some(({ frozen }) => frozen !== null), branches: list };
}
