// The reading half of the JSON API: what the branches say of themselves, unchanged.
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { z } from 'zod';
import type { WatchedBranches } from '../../schemas/status.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { refuse } from './body.ts';
import type { Branches } from './branches.ts';
import { branchOf, pullOf, WATCHED_BRANCH } from './in-path.ts';

const Seq = z.coerce.number().int().nonnegative();

export function statusRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/api/v1alpha/watched_branches', etag(), async (c) =>
    c.json(await watchedBranches(branches)),
  );
  app.get('/api/v1alpha/authorized_shas', async (c) => {
    const lists = await Promise.all(branches.all().map(({ stub }) => stub.authorized()));
    return c.json([...new Set(lists.flat())].toSorted());
  });
  for (const path of WATCHED_BRANCH) app.route(path, branchRoutes(branches));
  return app;
}

function branchRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.get('/prs', etag(), async (c) => c.json(await branchOf(c, branches).stub.pulls()));

  app.get('/prs/:number', async (c) => {
    const { config, stub } = branchOf(c, branches);
    const number = pullOf(c);
    const pull = await stub.pull(number);
    if (pull) return c.json(pull);
    const { webUrl, owner, repo } = config;
    throw refuse(
      404,
      `#${number} is not open on ${config.name}, nor has it landed lately; GitHub knows more: ${webUrl}/${owner}/${repo}/pull/${number}`,
    );
  });

  app.get('/prs/:number/timeline', async (c) => {
    const { stub } = branchOf(c, branches);
    return c.json(await stub.eventsOf(pullOf(c)));
  });

  app.get('/prs/:number/jobs', async (c) => {
    const { config, stub } = branchOf(c, branches);
    const number = pullOf(c);
    const jobs = await stub.jobsOf(number);
    if (jobs) return c.json(jobs);
    throw refuse(404, `#${number} has no test that is known on ${config.name}`);
  });

  app.get('/queue', async (c) => c.json(await branchOf(c, branches).stub.landingQueue()));

  app.get('/events', async (c) => {
    const { stub } = branchOf(c, branches);
    const after = Seq.safeParse(c.req.query('after') ?? 0);
    if (!after.success) throw refuse(400, 'after must be the seq of an event');
    const events = await stub.events(after.data);
    return c.json({ events, next: events.at(-1)?.seq ?? after.data });
  });
  return app;
}

export async function watchedBranches(branches: Branches): Promise<WatchedBranches> {
  const list = await Promise.all(branches.all().map(({ stub }) => stub.status()));
  return { frozen: list.some(({ frozen }) => frozen !== null), branches: list };
}
