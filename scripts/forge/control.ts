// The forge's own routes for tests and operators, below /_forge: rules of branches, faults, what was
// asked and delivered, what there is. JSON, without authentication; nothing of GitHub is here.

import { Hono } from 'hono';
import { z } from 'zod';
import { type Faults, faultSchema } from './faults.ts';
import { fullName, rulesSchema } from './model.ts';
import { readBody } from './rest/access.ts';
import type { ForgeEnv, RequestLog } from './traffic.ts';
import type { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

const newRepository = z.object({
  owner: z.string(),
  name: z.string(),
  defaultBranch: z.string().default('main'),
  writers: z.array(z.string()).default([]),
});
const newFork = z.object({ from: z.string(), owner: z.string() });

export function control(
  world: World,
  faults: Faults,
  requests: RequestLog,
  webhooks: Webhooks,
): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>().basePath('/_forge');
  app.put('/rules/:owner/:name/:branch{.+}', async (c) => {
    const { owner, name, branch } = c.req.param();
    const { record } = world.repository(`${owner}/${name}`);
    record.rules[branch] = await readBody(c, rulesSchema);
    world.changed();
    return c.json(record.rules[branch]);
  });
  app.delete('/rules/:owner/:name/:branch{.+}', (c) => {
    const { owner, name, branch } = c.req.param();
    delete world.repository(`${owner}/${name}`).record.rules[branch];
    world.changed();
    return c.body(null, 204);
  });
  app.get('/faults', (c) => c.json(faults.pending));
  app.post('/faults', async (c) => {
    const fault = await readBody(c, faultSchema);
    faults.add(fault);
    return c.json(fault, 201);
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.get('/requests', (c) => c.json(requests.entries));
  app.delete('/requests', (c) => {
    requests.entries = [];
    return c.body(null, 204);
  });
  app.get('/deliveries', (c) => c.json(webhooks.deliveries));
  app.get('/state', (c) => c.json(summary(world)));
  app.post('/repositories', async (c) => {
    const { record } = await world.createRepository(await readBody(c, newRepository));
    return c.json({ full_name: fullName(record) }, 201);
  });
  app.post('/forks', async (c) => {
    const { from, owner } = await readBody(c, newFork);
    const { record } = await world.fork(from, owner);
    return c.json({ full_name: fullName(record) }, 201);
  });
  app.delete('/repositories/:owner/:name', (c) => {
    const { owner, name } = c.req.param();
    world.deleteRepository(`${owner}/${name}`);
    return c.body(null, 204);
  });
  return app;
}

const summary = (world: World) => ({
  users: world.users.map(({ id, login, admin }) => ({ id, login, admin })),
  repositories: world.repositories.map(({ record, git }) => ({
    name: fullName(record),
    defaultBranch: record.defaultBranch,
    parent: record.parent,
    rules: record.rules,
    refs: Object.fromEntries(git.refs),
    pulls: record.pulls.map(({ number, title, author, state, head, base, labels, reviews }) => ({
      number,
      title,
      author,
      state,
      head,
      base,
      labels,
      reviews: reviews.map((review) => ({ author: review.author, state: review.state })),
    })),
  })),
});
