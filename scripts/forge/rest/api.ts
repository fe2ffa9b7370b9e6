// REST: puts the endpoints together, those about the caller at the top and those about one repository
// below /repos/{owner}/{name}. No endpoint is here.

import { Hono } from 'hono';
import type { AppManifests } from '../app-manifests.ts';
import type { Deliveries } from '../deliveries.ts';
import type { RateLimits } from '../limits.ts';
import { notFound } from '../refusal.ts';
import { type ForgeEnv, isRestPath } from '../traffic.ts';
import type { Webhooks } from '../webhooks.ts';
import type { World } from '../world.ts';
import { access } from './access.ts';
import { apps, conversions, repositoryInstallation } from './apps.ts';
import { checks } from './checks.ts';
import { commitRoutes } from './commits.ts';
import { conditional } from './conditional.ts';
import { contents } from './contents.ts';
import { commits, refs } from './git-data.ts';
import { hooks } from './hooks.ts';
import { comments, issues } from './issues.ts';
import { locate } from './locate.ts';
import { objects } from './objects.ts';
import { collaborators, people } from './people.ts';
import { permit } from './permit.ts';
import { pulls } from './pulls.ts';
import { repositoryRoutes } from './repository.ts';
import { reviews } from './reviews.ts';
import { rules } from './rules.ts';

export interface RestParts {
  readonly world: World;
  readonly limits: RateLimits;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly manifests: AppManifests;
}

export function rest({
  world,
  limits,
  webhooks,
  deliveries,
  manifests,
}: RestParts): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const knows = access(world, limits);
  app.use(async (c, next) => (isRestPath(c.req.path) ? knows(c, next) : next()));
  app.use(async (c, next) => (isRestPath(c.req.path) ? conditional(c, next) : next()));
  app.route('/', people(world, limits));
  app.route('/', apps(world, webhooks, deliveries));
  app.route('/', conversions(world, manifests));
  const below = [
    ...[checks, rules, repositoryRoutes, collaborators, repositoryInstallation, commitRoutes],
    ...[contents, refs, commits, objects, pulls, reviews, issues, comments],
  ];
  for (const at of ['/repos/:owner/:name', '/repositories/:id']) {
    app.use(`${at}/*`, locate(world), permit(world));
    for (const routes of below) app.route(at, routes(world));
    app.route(at, hooks(world, webhooks, deliveries));
  }
  app.use(async (c, next) => {
    if (isRestPath(c.req.path)) throw notFound();
    await next();
  });
  return app;
}
