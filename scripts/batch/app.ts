/**
 * The HTTP face: puts the routes together and writes refusals as Batch does, in plain text. Decides
 * nothing else.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { faultRoutes } from '../local-server/control.ts';
import type { Breakable, Faults } from '../local-server/faults.ts';
import { supportedRegions } from './access.ts';
import type { Callbacks } from './callback.ts';
import { pageRoutes } from './pages/routes.ts';
import { Refusal } from './refusal.ts';
import { billingRoutes } from './routes/billing.ts';
import { controlRoutes, type Maintenance } from './routes/control.ts';
import { endingRoutes } from './routes/ending.ts';
import { groupRoutes } from './routes/groups.ts';
import { listRoutes } from './routes/lists.ts';
import { logRoutes } from './routes/logs.ts';
import { readingRoutes } from './routes/reading.ts';
import type { Signed } from './routes/request.ts';
import { submissionRoutes } from './routes/submission.ts';
import { userinfoRoutes } from './routes/userinfo.ts';
import type { IoMode } from './sandbox.ts';
import type { Entry } from './submit.ts';

const bodyBytesMost = 8 * 1024 * 1024;

export interface AppParts extends Entry {
  readonly faults: Faults;
  readonly callbacks: Callbacks;
  readonly ioMode: IoMode;
}

export function batchApp(parts: AppParts): Hono<Breakable> {
  // Clients of a namespace put `/NAMESPACE/SERVICE` before each path.
  const app = new Hono<Breakable>({ getPath: (request) => withoutService(request.url) });
  const maintenance: Maintenance = { frozen: false };
  app.onError((error, c) => {
    if (error instanceof Refusal) {
      // Batch says it twice: a client may show the one or the other.
      if (/^[\x20-\x7e]*$/.test(error.message)) c.env.outgoing.statusMessage = error.message;
      return c.text(`${error.status}: ${error.message}`, error.status);
    }
    console.error(error);
    return c.text('500: Internal Server Error', 500);
  });
  app.notFound((c) => c.text('404: Not Found', 404));

  app.route('/_batch', faultRoutes(parts.faults));
  app.route('/_batch', controlRoutes(parts.engine, parts.callbacks, maintenance));
  app.route('/', pageRoutes(parts.engine, parts.ioMode));
  app.use('/api/*', parts.faults.middleware);
  app.use('/api/*', bodyLimit({ maxSize: bodyBytesMost, onError: tooLarge }));
  app.use('/api/*', refuseInMaintenance(maintenance));
  app.get('/healthcheck', (c) => c.body(null));
  app.get('/api/v1alpha/version', (c) => c.text('local'));
  app.get('/api/v1alpha/cloud', (c) => c.text('gcp'));
  app.route('/api', signedRoutes(parts));
  return app;
}

function signedRoutes(parts: AppParts): Hono<Signed> {
  const routes = new Hono<Signed>();
  routes.use(async (c, next) => {
    c.set('user', parts.access.userOf(c.req.header('authorization')));
    await next();
  });
  routes.get('/v1alpha/supported_regions', (c) => c.json(supportedRegions));
  routes.get('/v1alpha/default_region', (c) => c.text(supportedRegions[0] ?? ''));
  routes.route('/v1alpha', submissionRoutes(parts));
  routes.route('/v1alpha', listRoutes(parts, 'v1alpha'));
  routes.route('/v2alpha', listRoutes(parts, 'v2alpha'));
  routes.route('/v1alpha', groupRoutes(parts));
  routes.route('/v1alpha', readingRoutes(parts));
  routes.route('/v1alpha', logRoutes(parts));
  routes.route('/v1alpha', endingRoutes(parts));
  routes.route('/v1alpha', billingRoutes(parts));
  routes.route('/v1alpha', userinfoRoutes());
  return routes;
}

function refuseInMaintenance(maintenance: Maintenance): MiddlewareHandler {
  return async (c, next) => {
    if (maintenance.frozen && (c.req.method === 'POST' || c.req.method === 'PATCH')) {
      throw new Refusal(503, 'Service Unavailable');
    }
    await next();
  };
}

function withoutService(url: string): string {
  return new URL(url).pathname.replace(/^\/[a-z0-9-]+\/(?:batch|auth)(?=\/)/, '');
}

function tooLarge(c: Context): Response {
  return c.text(`413: Maximum request body size ${bodyBytesMost} exceeded`, 413);
}
