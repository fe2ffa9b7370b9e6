// The forge's own routes for tests and operators, below /_forge: how true to life it is, faults, what was
// asked and delivered, what there is. JSON, without authentication; nothing of GitHub is here.

import { Hono } from 'hono';
import { z } from 'zod';
import { controlActors } from './control-actors.ts';
import type { Deliveries } from './deliveries.ts';
import { type Faults, faultSchema } from './faults.ts';
import type { ForgeClock } from './forge-clock.ts';
import { knobEdit, turnKnobs, turnLimits } from './knob-edit.ts';
import { fullName } from './model.ts';
import type { Repository } from './repositories.ts';
import { readBody } from './rest/reading.ts';
import { setRules, simpleRules } from './simple-rules.ts';
import type { ForgeContext, ForgeEnv, RequestLog } from './traffic.ts';
import type { World } from './world.ts';

const newRepository = z.object({
  owner: z.string(),
  name: z.string(),
  defaultBranch: z.string().default('main'),
  writers: z.array(z.string()).default([]),
});
const newFork = z.object({ from: z.string(), owner: z.string() });
const advance = z.strictObject({ advanceSeconds: z.number().min(0) });

export interface ControlParts {
  readonly world: World;
  readonly clock: ForgeClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly deliveries: Deliveries;
}

/** Throws a 404 Refusal. */
const repositoryOf = (world: World, c: ForgeContext): Repository =>
  world.repository(`${c.req.param('owner')}/${c.req.param('name')}`);

export function control(parts: ControlParts): Hono<ForgeEnv> {
  const { world, clock } = parts;
  const app = new Hono<ForgeEnv>().basePath('/_forge');
  app.get('/state', (c) => c.json(summary(world)));
  app.post('/clock', async (c) => {
    clock.advance((await readBody(c, advance)).advanceSeconds);
    return c.json({ now: clock.now().toISOString() });
  });
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
    world.deleteRepository(repositoryOf(world, c));
    return c.body(null, 204);
  });
  app.route('/', switches(parts));
  app.route('/', controlActors(world));
  return app;
}

/** What goes wrong, and how much of it. */
function switches({ world, faults, requests, deliveries }: ControlParts): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.put('/rules/:owner/:name/:branch{.+}', async (c) => {
    const wanted = await readBody(c, simpleRules);
    setRules(world, repositoryOf(world, c), c.req.param('branch'), wanted);
    return c.json(wanted);
  });
  app.delete('/rules/:owner/:name/:branch{.+}', (c) => {
    setRules(world, repositoryOf(world, c), c.req.param('branch'), null);
    return c.body(null, 204);
  });
  app.get('/knobs/:owner/:name', (c) => c.json(repositoryOf(world, c).record.knobs));
  app.patch('/knobs/:owner/:name', async (c) => {
    const { record } = repositoryOf(world, c);
    record.knobs = turnKnobs(record.knobs, await readBody(c, knobEdit));
    if (record.knobs.read_lag.seconds > 0) world.past.begin(world.repositories);
    world.changed();
    return c.json(record.knobs);
  });
  app.get('/limits', (c) => c.json(world.state.limits));
  app.patch('/limits', async (c) => {
    world.state.limits = turnLimits(world.state.limits, await readBody(c, knobEdit));
    world.changed();
    return c.json(world.state.limits);
  });
  app.get('/faults', (c) => c.json(faults.pending));
  app.post('/faults', async (c) => {
    const fault = await readBody(c, faultSchema);
    faults.add(fault);
    // From now on there is a past to show.
    if ('staleSeconds' in fault.do) world.past.begin(world.repositories);
    return c.json(fault, 201);
  });
  app.delete('/faults', (c) => {
    faults.clear(c.req.query('name') ?? null);
    return c.body(null, 204);
  });
  app.get('/requests', (c) => c.json(requests.entries));
  app.delete('/requests', (c) => {
    requests.entries = [];
    return c.body(null, 204);
  });
  app.get('/deliveries', (c) => c.json(deliveries.all));
  return app;
}

const summary = (world: World) => ({
  users: world.users.map(({ id, login, admin }) => ({ id, login, admin })),
  teams: world.accounts.teams,
  apps: world.state.apps.map(({ id, slug, clientId, permissions, events }) => ({
    id,
    slug,
    clientId,
    permissions,
    events,
    installations: world.state.installations.filter((one) => one.app === id),
  })),
  limits: world.state.limits,
  repositories: world.repositories.map(({ record, git }) => ({
    name: fullName(record),
    defaultBranch: record.defaultBranch,
    parent: record.parent,
    rulesets: record.rulesets,
    protections: record.protections,
    hooks: record.hooks.map(({ id, url, events, active }) => ({ id, url, events, active })),
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
