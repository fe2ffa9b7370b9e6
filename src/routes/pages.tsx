// The pages for people: the same data as the JSON API, rendered.
import { Hono } from 'hono';
import { PullInPath } from '../../schemas/ids.ts';
import { BranchesPage } from '../views/branches-page.tsx';
import { NamespacesPage } from '../views/namespaces-page.tsx';
import { PullPage } from '../views/pull-page.tsx';
import type { Branches } from './branches.ts';
import { namespacesOf } from './namespaces.ts';

export function pageRoutes(branches: Branches): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    const views = await Promise.all(
      branches.all().map(async ({ stub }) => ({
        status: await stub.status(),
        pulls: await stub.pulls(),
      })),
    );
    return c.html(<BranchesPage branches={views} />);
  });

  app.get('/namespaces', async (c) => {
    const namespaces = await namespacesOf(branches);
    const statuses = await Promise.all(branches.all().map(({ stub }) => stub.status()));
    return c.html(<NamespacesPage namespaces={namespaces} branches={statuses} />);
  });

  app.get('/:owner/:repo/pull/:number', async (c) => {
    const { owner, repo } = c.req.param();
    const number = PullInPath.safeParse(c.req.param('number'));
    if (!number.success) return c.text('400: PR number must be an integer', 400);
    for (const { config, stub } of branches.ofRepo(owner, repo)) {
      const pull = await stub.pull(number.data);
      if (!pull) continue;
      const events = (await stub.eventsOf(number.data)).toReversed();
      return c.html(<PullPage branch={config.branch} pull={pull} events={events} />);
    }
    return c.text(
      `404: #${number.data} is neither open nor landed lately on a watched branch`,
      404,
    );
  });
  return app;
}
