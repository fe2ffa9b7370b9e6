/**
 * The routes of billing projects. Who may change them is a matter of the real Batch's permissions;
 * here everybody with a token may.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Billing } from '../billing.ts';
import { Refusal } from '../refusal.ts';
import type { Entry } from '../submit.ts';
import { jsonBody, type Signed } from './request.ts';

const limitBody = z.object({ limit: z.unknown() });
const limitSchema = z.number().nonnegative().nullable();

export function billingRoutes({ billing, engine }: Entry): Hono<Signed> {
  const routes = new Hono<Signed>();
  const isBusy = (name: string): boolean =>
    [...engine.store.batches.values()].some(
      (batch) => batch.spec.billing_project === name && batch.root.state === 'running',
    );
  const changes: Record<string, (name: string) => void> = {
    create: (name) => billing.create(name),
    close: (name) => billing.close(name, isBusy(name)),
    reopen: (name) => billing.reopen(name),
    delete: (name) => billing.delete(name),
  };

  routes.get('/billing_projects', (c) => c.json(billing.list(c.var.user)));
  routes.get('/billing_projects/:project', (c) =>
    c.json(billing.get(c.var.user, c.req.param('project'))),
  );
  for (const [verb, change] of Object.entries(changes)) {
    routes.post(`/billing_projects/:project/${verb}`, (c) => {
      const project = c.req.param('project');
      change(project);
      return c.json(project);
    });
  }
  routes.route('/', memberRoutes(billing));
  routes.post('/billing_limits/:project/edit', async (c) => {
    const project = c.req.param('project');
    const limit = limitOf(await jsonBody(c));
    billing.setLimit(project, limit);
    return c.json({ billing_project: project, limit });
  });
  return routes;
}

function memberRoutes(billing: Billing): Hono<Signed> {
  const routes = new Hono<Signed>();
  routes.post('/billing_projects/:project/users/:user/add', (c) => {
    const { project, user } = c.req.param();
    billing.addUser(project, user);
    return c.json({ billing_project: project, user });
  });
  routes.post('/billing_projects/:project/users/:user/remove', (c) => {
    const { project, user } = c.req.param();
    billing.removeUser(project, user);
    return c.json({ billing_project: project, user });
  });
  return routes;
}

function limitOf(body: unknown): number | null {
  const given = limitBody.safeParse(body).data?.limit;
  const parsed = limitSchema.safeParse(given);
  if (!parsed.success) throw new Refusal(400, `Invalid billing_limit ${String(given)}.`);
  return parsed.data;
}
