// Puts the routes together. Requests are verified, parsed and handed to one method of a branch's
// object; nothing is asked of GitHub or Batch while somebody waits for an answer, but for a developer's deploy.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Config } from './core/config.ts';
import type { DevDeploys } from './core/dev-deploy.ts';
import { permissions } from './core/viewer.ts';
import type { AppEnv } from './middleware/app-env.ts';
import { adminRoutes } from './routes/admin.ts';
import { assetRoutes } from './routes/assets.ts';
import { batchCallback } from './routes/batch-callback.ts';
import type { Branches } from './routes/branches.ts';
import { devDeployPages } from './routes/dev-deploy-pages.tsx';
import { devDeployRoutes } from './routes/dev-deploys.ts';
import { formRoutes } from './routes/forms.ts';
import { githubCallback } from './routes/github-callback.ts';
import { liveRoutes } from './routes/live.ts';
import { namespaceForms } from './routes/namespace-forms.ts';
import { namespaceRoutes } from './routes/namespaces.ts';
import { oldPaths } from './routes/old-paths.ts';
import { pageRoutes } from './routes/pages.tsx';
import { recordPages } from './routes/record-pages.tsx';
import { recordRoutes } from './routes/records.ts';
import { statusRoutes } from './routes/status.ts';

const newKey = (): string => crypto.randomUUID();

export function createApp(
  config: Config,
  branches: Branches,
  devDeploys: DevDeploys,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  // Stands in for the guard.
  app.use(async (c, next) => {
    c.set('viewer', { login: 'alice', name: 'alice', permissions, csrf: null });
    await next();
  });
  app.route('/', assetRoutes());
  app.get('/healthcheck', (c) => c.body(null, 200));
  app.route('/', githubCallback(config, branches));
  app.route('/', batchCallback(config, branches));
  app.route('/', statusRoutes(branches));
  app.route('/', recordRoutes(branches));
  app.route('/', adminRoutes(config, branches));
  app.route('/', devDeployRoutes(config, devDeploys, newKey));
  app.route('/', namespaceRoutes(config, branches));
  app.route('/', liveRoutes(branches));
  app.route('/', pageRoutes(branches));
  app.route('/', recordPages(branches));
  app.route('/', formRoutes(branches));
  app.route('/', namespaceForms(branches));
  app.route('/', devDeployPages(config, devDeploys, newKey));
  app.route('/', oldPaths(branches));
  app.notFound((c) => c.text(`404: there is nothing at ${new URL(c.req.url).pathname}`, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.log(JSON.stringify({ event: 'request.crashed', path: c.req.path, error: error.stack }));
    return c.text('500: Sluice made a mistake; its log says which', 500);
  });
  return app;
}
