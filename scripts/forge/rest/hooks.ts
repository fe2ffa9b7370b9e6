// REST: the webhooks of a repository, for those who rule it.

import { Hono } from 'hono';
import { z } from 'zod';
import { repositoryListener } from '../audience.ts';
import type { Deliveries } from '../deliveries.ts';
import { createHook, type HookFields, hookUrl, ping, updateHook } from '../hooks.ts';
import { hookConfigJson, hookJson } from '../json/hook.ts';
import type { Hook } from '../model/hook.ts';
import { notFound, unprocessable } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { Webhooks } from '../webhooks.ts';
import type { World } from '../world.ts';
import { requireAdmin } from './access.ts';
import { deliveryNamed, deliveryRoutes } from './deliveries.ts';
import { page, readBody } from './reading.ts';

const ssl = z.union([z.enum(['0', '1']), z.number().transform((n) => (n === 1 ? '1' : '0'))]);
const config = z.object({
  url: z.url().optional(),
  content_type: z.enum(['json', 'form']).optional(),
  secret: z.string().optional(),
  insecure_ssl: ssl.optional(),
});
const newHook = z.object({
  name: z.literal('web').optional(),
  config,
  events: z.array(z.string()).default(['push']),
  active: z.boolean().default(true),
});
const hookEdit = z.object({
  config: config.optional(),
  events: z.array(z.string()).optional(),
  add_events: z.array(z.string()).optional(),
  remove_events: z.array(z.string()).optional(),
  active: z.boolean().optional(),
});

type Edit = { -readonly [Field in keyof HookFields]?: HookFields[Field] };

/** What a `config` changes. GitHub forgets a secret that is not given again. */
function fieldsOf({ url, content_type, secret, insecure_ssl }: z.output<typeof config>): Edit {
  const fields: Edit = { secret: secret ?? null };
  if (url !== undefined) fields.url = url;
  if (content_type !== undefined) fields.contentType = content_type;
  if (insecure_ssl !== undefined) fields.insecureSsl = insecure_ssl === '1' ? '1' : '0';
  return fields;
}

export function hooks(world: World, webhooks: Webhooks, deliveries: Deliveries): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const json = (c: ForgeContext, hook: Hook) =>
    hookJson(hookUrl(world, c.get('repository').record, hook), hook, deliveries.of(hook.id)[0]);
  app.get('/hooks', (c) => {
    requireAdmin(world, c);
    return c.json(page(c, c.get('repository').record.hooks).map((hook) => json(c, hook)));
  });
  app.post('/hooks', async (c) => {
    const repository = c.get('repository');
    const sender = requireAdmin(world, c);
    const { config: given, events, active } = await readBody(c, newHook);
    if (given.url === undefined) throw unprocessable('Hook', 'url cannot be blank');
    const standard = { contentType: 'form', insecureSsl: '0', events, active } as const;
    const fields = { ...standard, secret: null, ...fieldsOf(given), url: given.url };
    const hook = createHook(world, repository, fields);
    ping(world, webhooks, repository, hook, sender);
    return c.json(json(c, hook), 201);
  });
  app.get('/hooks/:hook', (c) => c.json(json(c, hookNamed(world, c))));
  app.patch('/hooks/:hook', async (c) => {
    const hook = hookNamed(world, c);
    const { config: given, active, ...edit } = await readBody(c, hookEdit);
    const kept = (edit.events ?? hook.events).filter((one) => !edit.remove_events?.includes(one));
    updateHook(world, hook, {
      ...(given === undefined ? {} : fieldsOf(given)),
      ...(active === undefined ? {} : { active }),
      events: [...new Set([...kept, ...(edit.add_events ?? [])])],
    });
    return c.json(json(c, hook));
  });
  app.delete('/hooks/:hook', (c) => {
    const { record } = c.get('repository');
    const hook = hookNamed(world, c);
    record.hooks = record.hooks.filter((one) => one !== hook);
    world.changed();
    return c.body(null, 204);
  });
  app.route('/', more(world, webhooks, deliveries));
  return app;
}

/** The parts of one hook: its configuration, its deliveries, a greeting. */
function more(world: World, webhooks: Webhooks, deliveries: Deliveries): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/hooks/:hook/config', (c) => c.json(hookConfigJson(hookNamed(world, c))));
  app.patch('/hooks/:hook/config', async (c) => {
    const hook = hookNamed(world, c);
    const { secret, ...given } = await readBody(c, config);
    const { secret: _forgotten, ...fields } = fieldsOf(given);
    updateHook(world, hook, { ...fields, ...(secret === undefined ? {} : { secret }) });
    return c.json(hookConfigJson(hook));
  });
  app.post('/hooks/:hook/pings', (c) => {
    const hook = hookNamed(world, c);
    ping(world, webhooks, c.get('repository'), hook, requireAdmin(world, c));
    return c.body(null, 204);
  });
  app.route(
    '/hooks/:hook',
    deliveryRoutes(deliveries, (c) => hookNamed(world, c).id),
  );
  app.post('/hooks/:hook/deliveries/:delivery/attempts', (c) => {
    const hook = hookNamed(world, c);
    const delivery = deliveryNamed(deliveries, hook.id, c);
    webhooks.redeliver(repositoryListener(c.get('repository').record.id, hook), delivery);
    return c.json({}, 202);
  });
  return app;
}

/** Throws a 404 Refusal for a hook that is not there, and for whoever may not see it. */
function hookNamed(world: World, c: ForgeContext): Hook {
  requireAdmin(world, c);
  const id = Number(c.req.param('hook'));
  const hook = c.get('repository').record.hooks.find((candidate) => candidate.id === id);
  if (hook === undefined) throw notFound();
  return hook;
}
