// Below /_forge: what GitHub has pages for and no API. Apps are made and installed, tokens are given out,
// teams are put together, buttons of check runs are pressed.

import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { createApp, installApp, setPermissions, uninstallApp } from './apps.ts';
import { pressAction, runOf } from './checks.ts';
import { permissionsSchema, selectionSchema } from './model/account.ts';
import type { App } from './model/app.ts';
import { notFound, Refusal } from './refusal.ts';
import { readBody } from './rest/reading.ts';
import type { ForgeContext, ForgeEnv } from './traffic.ts';
import type { World } from './world.ts';

const newApp = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]+$/, 'takes small letters, digits and -'),
  owner: z.string(),
  permissions: permissionsSchema.default({}),
  events: z.array(z.string()).default([]),
  hook: z.strictObject({ url: z.url(), secret: z.string() }).optional(),
  publicKey: z.string().optional(),
});
const appEdit = z.strictObject({ permissions: permissionsSchema });
const newInstallation = z.strictObject({
  owner: z.string(),
  repositories: selectionSchema.default('all'),
});
const newToken = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('classic'),
    login: z.string(),
    scopes: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal('fine_grained'),
    login: z.string(),
    permissions: permissionsSchema.default({}),
    repositories: selectionSchema.default('all'),
  }),
]);
const newTeam = z.strictObject({ name: z.string().optional(), members: z.array(z.string()) });
const press = z.strictObject({ as: z.string(), identifier: z.string() });

export function controlActors(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.post('/apps', async (c) => {
    const { app: made, privateKey } = createApp(world, await readBody(c, newApp));
    const { id, slug, clientId } = made;
    return c.json(
      { id, slug, client_id: clientId, hook_id: made.hook?.id ?? null, pem: privateKey },
      201,
    );
  });
  app.patch('/apps/:slug', async (c) => {
    setPermissions(world, appNamed(world, c), (await readBody(c, appEdit)).permissions);
    return c.body(null, 204);
  });
  app.post('/apps/:slug/installations', async (c) => {
    const { owner, repositories } = await readBody(c, newInstallation);
    return c.json(installApp(world, appNamed(world, c), owner, repositories), 201);
  });
  app.delete('/apps/:slug/installations/:id', (c) => {
    const self = appNamed(world, c);
    const id = Number(c.req.param('id'));
    const found = world.state.installations.find((one) => one.app === self.id && one.id === id);
    if (found === undefined) throw notFound();
    uninstallApp(world, self, found);
    return c.body(null, 204);
  });
  app.post('/tokens', async (c) => {
    const wanted = await readBody(c, newToken);
    requireUser(world, wanted.login);
    const prefix = wanted.kind === 'classic' ? 'ghp_' : 'github_pat_';
    const token = `${prefix}${randomBytes(18).toString('hex')}`;
    world.identities.addToken(token, wanted);
    return c.json({ token }, 201);
  });
  app.put('/teams/:org/:slug', async (c) => {
    const { org, slug } = c.req.param();
    const { name = slug, members } = await readBody(c, newTeam);
    for (const login of members) requireUser(world, login);
    return c.json(world.accounts.putTeam(org, slug, name, members));
  });
  app.post('/check-runs/:owner/:name/:run/actions', async (c) => {
    const repository = world.repository(`${c.req.param('owner')}/${c.req.param('name')}`);
    const { as, identifier } = await readBody(c, press);
    const run = runOf(repository, Number(c.req.param('run')));
    pressAction(world, repository, run, identifier, requireUser(world, as));
    return c.body(null, 204);
  });
  return app;
}

/** Throws a 404 Refusal. */
function appNamed(world: World, c: ForgeContext): App {
  const found = world.state.apps.find(({ slug }) => slug === c.req.param('slug'));
  if (found === undefined) throw notFound();
  return found;
}

function requireUser(world: World, login: string) {
  const user = world.findUser(login);
  if (user === undefined) throw new Refusal(422, `there is no user ${login}`);
  return user;
}
