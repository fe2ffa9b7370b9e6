/**
 * The HTTP face: lets in who has the token, hands each request to what answers it, and writes
 * refusals as Status objects. Decides nothing else.
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { faultRoutes } from '../local-server/control.ts';
import type { Breakable, Faults } from '../local-server/faults.ts';
import { Failure, internalError, methodNotAllowed, unauthorized } from './failure.ts';
import type { Objects } from './objects.ts';
import { type ControlParts, controlRoutes } from './routes/control.ts';
import { discoveryRoutes, publicRoutes } from './routes/discovery.ts';
import { listed, shownObject } from './routes/reading.ts';
import { queryOf, type Target, targetOf, wantsTable } from './routes/request.ts';
import { type Watches, watched } from './routes/watch.ts';
import { type Answer, created, deleted, patched, replacedBy } from './routes/writing.ts';
import { scaleOf } from './scale.ts';

export interface AppParts extends ControlParts {
  readonly objects: Objects;
  readonly faults: Faults;
  readonly watches: Watches;
  readonly token: string;
  readonly now: () => number;
}

export function kubernetesApp(parts: AppParts): Hono<Breakable> {
  const app = new Hono<Breakable>();
  app.onError((error, c) => {
    if (error instanceof Failure) return refusal(c, error);
    console.error(error);
    return refusal(c, internalError(error.message));
  });
  app.notFound((c) => c.text('404 page not found\n', 404));
  app.route('/_kubernetes', faultRoutes(parts.faults));
  app.route('/_kubernetes', controlRoutes(parts));
  app.use('*', parts.faults.middleware);
  app.route('/', publicRoutes());
  app.use('*', authenticated(parts.token));
  app.route('/', discoveryRoutes());
  app.all('*', async (c) => {
    const target = targetOf(new URL(c.req.url).pathname);
    return target ? answer(parts, target, c) : c.notFound();
  });
  return app;
}

function authenticated(token: string): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`) throw unauthorized();
    await next();
  };
}

async function answer(parts: AppParts, target: Target, c: Context<Breakable>): Promise<Response> {
  const { objects } = parts;
  const query = queryOf(c);
  const write = writers[c.req.method];
  if (write) {
    const { status, body } = await write(objects, target, query, c);
    return c.json(body, status);
  }
  if (c.req.method !== 'GET') throw methodNotAllowed();
  const form = { asTable: wantsTable(c), now: parts.now };
  if (target.name === undefined) {
    if (query.watch) return watched(objects, target, query, form, parts.watches);
    return c.json(listed(objects, target, query, form));
  }
  const object = objects.get({ ...target, name: target.name });
  if (target.subresource === 'scale' && target.kind.scalable) return c.json(scaleOf(object));
  // Nothing runs in a pod, so nothing is ever written.
  if (target.subresource === 'log' && target.kind.kind === 'Pod') return c.text('');
  if (target.subresource !== undefined && target.subresource !== 'status') return c.notFound();
  return c.json(shownObject(target, object, query, form));
}

type Writer = (...request: Parameters<typeof created>) => Promise<Answer>;
const writers: Readonly<Record<string, Writer>> = {
  POST: created,
  PUT: replacedBy,
  PATCH: patched,
  DELETE: deleted,
};

function refusal(c: Context, failure: Failure): Response {
  const headers = failure.code === 429 ? { 'retry-after': '1' } : undefined;
  return c.json(failure.toJSON(), failure.code, headers);
}
