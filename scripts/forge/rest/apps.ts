// REST: what an App asks about itself with its JWT, the tokens of its installations, and what such a
// token may ask about itself.

import { Hono } from 'hono';
import { z } from 'zod';
import type { AppManifests } from '../app-manifests.ts';
import { appListener } from '../audience.ts';
import type { Deliveries } from '../deliveries.ts';
import { covers, type Identity, installedOn } from '../grants.ts';
import { chosenOf } from '../identities.ts';
import { appJson, installationJson } from '../json/app.ts';
import { hookConfigJson } from '../json/hook.ts';
import { repositoryJson } from '../json/repository.ts';
import { permissionsSchema } from '../model/account.ts';
import type { App, Installation } from '../model/app.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { Webhooks } from '../webhooks.ts';
import type { World } from '../world.ts';
import { requireIdentity } from './access.ts';
import { deliveryNamed, deliveryRoutes } from './deliveries.ts';
import { page, readBody } from './reading.ts';

const NAMES_MAX = 500;

const newToken = z.object({
  repositories: z.array(z.string()).max(NAMES_MAX).optional(),
  repository_ids: z.array(z.number()).max(NAMES_MAX).optional(),
  permissions: permissionsSchema.optional(),
});
const hookConfig = z.object({ url: z.url().optional(), secret: z.string().optional() });

/** Throws a 401 Refusal for whoever is no App. */
function requireApp(c: ForgeContext): App {
  const identity = requireIdentity(c);
  if (identity.kind === 'app') return identity.app;
  throw new Refusal(401, 'A JSON web token could not be decoded');
}

function requireInstallation(c: ForgeContext): Extract<Identity, { kind: 'installation' }> {
  const identity = requireIdentity(c);
  if (identity.kind === 'installation') return identity;
  throw new Refusal(403, 'You must authenticate with an installation access token');
}

export function apps(world: World, webhooks: Webhooks, deliveries: Deliveries): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const ofApp = ({ id }: App) => world.state.installations.filter((one) => one.app === id);
  const installationNamed = (c: ForgeContext): Installation => {
    const found = ofApp(requireApp(c)).find(({ id }) => id === Number(c.req.param('id')));
    if (found === undefined) throw notFound();
    return found;
  };
  app.get('/app', (c) => {
    const self = requireApp(c);
    return c.json({ ...appJson(world, self), installations_count: ofApp(self).length });
  });
  app.get('/app/installations', (c) =>
    c.json(page(c, ofApp(requireApp(c))).map((one) => installationJson(world, one))),
  );
  app.get('/app/installations/:id', (c) => c.json(installationJson(world, installationNamed(c))));
  app.post('/app/installations/:id/access_tokens', async (c) => {
    const installation = installationNamed(c);
    const wanted = await readBody(c, newToken);
    return c.json(mint(world, requireApp(c), installation, wanted), 201);
  });
  app.route('/', ownHook(world));
  app.route(
    '/app/hook',
    deliveryRoutes(deliveries, (c) => hookIdOf(requireApp(c))),
  );
  app.post('/app/hook/deliveries/:delivery/attempts', (c) => {
    const self = requireApp(c);
    const delivery = deliveryNamed(deliveries, hookIdOf(self), c);
    const installation = ofApp(self).find(({ id }) => id === delivery.installation) ?? null;
    const listener = appListener(self, installation);
    if (listener !== null) webhooks.redeliver(listener, delivery);
    return c.json({}, 202);
  });
  app.route('/', installations(world));
  return app;
}

const hookIdOf = ({ hook }: App): number => {
  if (hook === null) throw notFound();
  return hook.id;
};

function mint(
  world: World,
  app: App,
  installation: Installation,
  { repositories, repository_ids, permissions }: z.output<typeof newToken>,
) {
  const byName = (repositories ?? []).map((name) => world.find(`${installation.account}/${name}`));
  const byId = (repository_ids ?? []).map((id) => world.byId(id));
  const named = [...byName, ...byId].map((repository) => {
    if (repository !== undefined) return repository.record;
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  });
  const chosen = named.length === 0 ? undefined : chosenOf(installation, named);
  const { secret, token } = world.identities.mint(app, installation, {
    permissions,
    repositories: chosen,
  });
  return {
    token: secret,
    expires_at: new Date(token.expiresAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    permissions: token.permissions,
    repository_selection: token.repositories === 'all' ? ('all' as const) : ('selected' as const),
  };
}

/** Asked without any token: whoever has the code has what it stands for. */
export function conversions(world: World, manifests: AppManifests): Hono<ForgeEnv> {
  return new Hono<ForgeEnv>().post('/app-manifests/:code/conversions', (c) => {
    const { app, pem, clientSecret } = manifests.convert(c.req.param('code'));
    const webhookSecret = app.hook?.secret ?? null;
    const secrets = { pem, client_secret: clientSecret, webhook_secret: webhookSecret };
    return c.json({ ...appJson(world, app), ...secrets }, 201);
  });
}

function ownHook(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const configJson = ({ hook }: App) => {
    if (hook === null) throw notFound();
    return hookConfigJson({ ...hook, contentType: 'json', insecureSsl: '0' });
  };
  app.get('/app/hook/config', (c) => c.json(configJson(requireApp(c))));
  app.patch('/app/hook/config', async (c) => {
    const self = requireApp(c);
    if (self.hook === null) throw notFound();
    const { url = self.hook.url, secret = self.hook.secret } = await readBody(c, hookConfig);
    self.hook = { ...self.hook, url, secret };
    world.changed();
    return c.json(configJson(self));
  });
  return app;
}

/** `/installation`: by the token of one. */
function installations(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/installation/repositories', (c) => {
    const { installation, repositories } = requireInstallation(c);
    const found = world.repositories.filter(
      ({ record }) => installedOn(installation, record) && covers(repositories, record),
    );
    return c.json({
      total_count: found.length,
      repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
      repositories: page(c, found).map((one) => repositoryJson(world, one)),
    });
  });
  app.delete('/installation/token', (c) => {
    requireInstallation(c);
    const [, token = ''] = /^\w+ (.+)$/.exec(c.req.header('authorization') ?? '') ?? [];
    world.identities.dropToken(token);
    return c.body(null, 204);
  });
  return app;
}

/** `/repos/{owner}/{name}/installation`: where an App learns which installation is for a repository. */
export function repositoryInstallation(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/installation', (c) => {
    const { id } = requireApp(c);
    const { record } = c.get('repository');
    const found = world.state.installations.find(
      (one) => one.app === id && installedOn(one, record),
    );
    if (found === undefined) throw notFound();
    return c.json(installationJson(world, found));
  });
  return app;
}
