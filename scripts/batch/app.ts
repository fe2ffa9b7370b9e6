/**
 * The HTTP face: puts the routes together and writes refusals as Batch does, in plain text. Decides
 * nothing else.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { supportedRegions } from './access.ts';
import type { Callbacks } from './callback.ts';
import type { Faults } from './faults.ts';
import { pageRoutes } from './pages/routes.ts';
import { Refusal } from './refusal.ts';
import { controlRoutes } from './routes/control.ts';
import { endingRoutes } from './routes/ending.ts';
import { listRoutes, readingRoutes } from './routes/reading.ts';
import type { Signed } from './routes/request.ts';
import { submissionRoutes } from './routes/submission.ts';
import type { IoMode } from './sandbox.ts';
import type { Entry } from './submit.ts';

const bodyBytesMost = 8 * 1024 * 1024;

export interface AppParts extends Entry {
  readonly faults: Faults;
  readonly callbacks: Callbacks;
  readonly ioMode: IoMode;
}

export function batchApp(parts: AppParts): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.text(`${error.status}: ${error.message}`, error.status);
    console.error(error);
    return c.text('500: Internal Server Error', 500);
  });
  app.notFound((c) => c.text('404: Not Found', 404));

  app.route('/_batch', controlRoutes(parts.faults, parts.callbacks));
  app.route('/', pageRoutes(parts.engine, parts.ioMode));
  app.use('/api/*', parts.faults.middleware);
  app.use('/api/*', bodyLimit({ maxSize: bodyBytesMost, onError: tooLarge }));
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
  routes.route('/v1alpha', readingRoutes(parts));
  routes.route('/v1alpha', endingRoutes(parts));
  return routes;
}

function tooLarge(): Response {
  return new Response(`413: Maximum request body size ${bodyBytesMost} exceeded`, { status: 413 });
}
