// Namespaces and their services in the JSON API: what the branches know, and what people say of them. Every change is
// told to every branch. Nothing here touches a cluster.
import { Hono } from 'hono';
import type { NamespaceStatus, ServiceStatus } from '../../schemas/cluster-status.ts';
import { LimitBody } from '../../schemas/commands.ts';
import { NamespaceName, ServiceName } from '../../schemas/namespace.ts';
import type { Command } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import { mergeNamespaces } from '../core/merge-namespaces.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { parsed, refuse } from './body.ts';
import type { Branches } from './branches.ts';

export function namespaceRoutes(config: Config, branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath('/api/v1alpha/namespaces');
  app.get('/', async (c) => c.json(await namespacesOf(branches)));
  app.get('/:namespace', async (c) => {
    const { namespace } = c.req.param();
    const found = await findNamespace(branches, namespace);
    return found ? c.json(found) : c.text(unknown(namespace), 404);
  });
  app.put('/:namespace', async (c) => {
    const namespace = named(NamespaceName, c.req.param('namespace'));
    const isKnown = (await findNamespace(branches, namespace)) !== null;
    await tell(branches, { kind: 'add_namespace', namespace, by: c.get('viewer').name });
    return isKnown ? c.json({ namespace }) : c.body(null, 201);
  });
  app.delete('/:namespace', async (c) => {
    const { namespace } = c.req.param();
    if (namespace === 'default' || namespace === config.document.namespace)
      return c.text(`400: ${namespace} is never removed`, 400);
    await tell(branches, { kind: 'remove_namespace', namespace, by: c.get('viewer').name });
    return c.body(null, 204);
  });
  return app.route('/', serviceRoutes(branches));
}

function serviceRoutes(branches: Branches): Hono<AppEnv> {
  const path = '/:namespace/services/:service';
  const app = new Hono<AppEnv>();
  app.get(path, async (c) => {
    const { namespace, service } = c.req.param();
    const limit = limitOf(await findNamespace(branches, namespace), service);
    if (limit === undefined)
      return c.text(`404: there is no service ${service} in namespace ${namespace}`, 404);
    return c.json({ namespace, service, rate_limit_rps: limit } satisfies ServiceStatus);
  });
  app.put(path, async (c) => {
    const { namespace } = c.req.param();
    const service = named(ServiceName, c.req.param('service'));
    const known = await findNamespace(branches, namespace);
    if (!known) return c.text(unknown(namespace), 404);
    await tell(branches, { kind: 'add_service', namespace, service, by: c.get('viewer').name });
    return limitOf(known, service) !== undefined
      ? c.json({ namespace, service })
      : c.body(null, 201);
  });
  app.patch(path, async (c) => {
    const { namespace, service } = c.req.param();
    const { rate_limit_rps: limit } = await parsed(c.req.raw, LimitBody);
    if (!(await findNamespace(branches, namespace))) return c.text(unknown(namespace), 404);
    await tell(branches, {
      kind: 'limit_service',
      namespace,
      service,
      limit,
      by: c.get('viewer').name,
    });
    return c.body(null, 200);
  });
  app.delete(path, async (c) => {
    const { namespace, service } = c.req.param();
    await tell(branches, { kind: 'remove_service', namespace, service, by: c.get('viewer').name });
    return c.body(null, 204);
  });
  return app;
}

/** @returns undefined where there is no such service; not every name that an object answers to is one */
const limitOf = (known: NamespaceStatus | null, service: string): number | null | undefined =>
  known && Object.hasOwn(known.services, service) ? known.services[service] : undefined;

/** What all branches know. */
export const namespacesOf = async (branches: Branches): Promise<NamespaceStatus[]> =>
  mergeNamespaces(await Promise.all(branches.all().map(({ stub }) => stub.namespaces())));

const findNamespace = async (branches: Branches, name: string): Promise<NamespaceStatus | null> =>
  (await namespacesOf(branches)).find(({ namespace }) => namespace === name) ?? null;

/** A branch that does not know the namespace has nothing to remember of it. */
async function tell(branches: Branches, what: Command): Promise<void> {
  const refusals = await Promise.all(branches.all().map(({ stub }) => stub.command(what)));
  const [first] = refusals;
  if (first && refusals.every((refusal) => refusal !== null)) throw refuse(409, first);
}

function named(schema: typeof NamespaceName, name: string): string {
  const { success, data, error } = schema.safeParse(name);
  if (!success) throw refuse(400, `${JSON.stringify(name)}: ${error.issues[0]?.message}`);
  return data;
}

const unknown = (namespace: string): string => `404: there is no namespace ${namespace}`;
