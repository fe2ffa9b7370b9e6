// REST: puts the endpoints together below /user and /repos/{owner}/{name}. No endpoint is here.

import { Hono } from 'hono';
import { notFound } from '../refusal.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { access } from './access.ts';
import { commits, objects, refs } from './git-data.ts';
import { comments, issues } from './issues.ts';
import { pulls, reviews } from './pulls.ts';
import { commitRoutes, contents, repositoryRoutes, user } from './repository.ts';

export function rest(world: World, clock: () => Date): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const at = '/repos/:owner/:name';
  app.use('/user', access(world, clock));
  app.use(`${at}/*`, access(world, clock), async (c, next) => {
    const name = `${c.req.param('owner')}/${c.req.param('name')}`;
    c.set('repository', world.repository(name));
    await next();
  });
  app.route('/', user(world));
  for (const routes of [repositoryRoutes, commitRoutes, contents, refs, commits, objects]) {
    app.route(at, routes(world));
  }
  for (const routes of [pulls, reviews, issues, comments]) app.route(at, routes(world));
  app.all('/repos/*', () => {
    throw notFound();
  });
  return app;
}
