// Puts the routes together. Requests are verified, parsed and handed to one method of a branch's
// object; nothing is asked of GitHub or Batch while somebody waits for an answer, but for a developer's deploy.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Config } from './core/config.ts';
import type { DevDeploys } from './core/dev-deploy.ts';
import { isRefusalOfNewer } from './core/stored-state.ts';
import { adminRoutes } from './routes/admin.ts';
import { batchCallback } from './routes/batch-callback.ts';
import type { Branches } from './routes/branches.ts';
import { devDeployRoutes } from './routes/dev-deploys.ts';
import { githubCallback } from './routes/github-callback.ts';
import { namespaceRoutes } from './routes/namespaces.ts';
import { pageRoutes } from './routes/pages.tsx';
import { recordRoutes } from './routes/records.ts';
import { statusRoutes } from './routes/status.ts';

export function createApp(config: Config, branches: Branches, devDeploys: DevDeploys): Hono {
  const app = new Hono();
  app.get('/healthcheck', (c) => c.body(null, 200));
  app.route('/', githubCallback(config, branches));
  app.route('/', batchCallback(config, branches));
  app.route('/', statusRoutes(branches));
  app.route('/', recordRoutes(branches));
  app.route('/', adminRoutes(config, branches));
  app.route(
    '/',
    devDeployRoutes(config, devDeploys, () => crypto.randomUUID()),
  );
  app.route('/', namespaceRoutes(config, branches));
  app.route('/', pageRoutes(branches));
  app.notFound((c) => c.text(`404: there is nothing at ${new URL(c.req.url).pathname}`, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (isRefusalOfNewer(error.message)) return c.text(`503: ${error.message}`, 503);
    console.log(JSON.stringify({ event: 'request.crashed', path: c.req.path, error: error.stack }));
    return c.text('500: Sluice made a mistake; its log says which', 500);
  });
  return app;
}
