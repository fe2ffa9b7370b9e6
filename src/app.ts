// Puts the routes together. Requests are verified, parsed and handed to one method of a branch's
// object; nothing is asked of GitHub or Batch while somebody waits for an answer, but for a developer's deploy.
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Config } from './core/config.ts';
import type { DevDeploys } from './core/dev-deploy.ts';
import type { DoorTools } from './core/sign-in.ts';
import { isRefusalOfNewer } from './core/stored-state.ts';
import type { AppEnv } from './middleware/app-env.ts';
import { guard } from './middleware/guard.tsx';
import { problems } from './middleware/problems.ts';
import { limitKnocking, limitReading } from './middleware/rate-limit.ts';
import { safeHeaders } from './middleware/safe-headers.ts';
import { aboutRoutes } from './routes/about.tsx';
import { adminRoutes } from './routes/admin.ts';
import { assetRoutes } from './routes/assets.ts';
import { batchCallback } from './routes/batch-callback.ts';
import { batchLinks } from './routes/batch-links.ts';
import type { Branches } from './routes/branches.ts';
import { devDeployPages } from './routes/dev-deploy-pages.tsx';
import { devDeployRoutes, type NoteDevDeploy } from './routes/dev-deploys.ts';
import { developerRoutes } from './routes/developers.ts';
import { formRoutes } from './routes/forms.ts';
import { githubCallback } from './routes/github-callback.ts';
import { liveRoutes } from './routes/live.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { namespaceForms } from './routes/namespace-forms.ts';
import { namespaceRoutes } from './routes/namespaces.ts';
import { notFound } from './routes/not-found.tsx';
import { oldPaths } from './routes/old-paths.ts';
import { pageRoutes } from './routes/pages.tsx';
import { recordPages } from './routes/record-pages.tsx';
import { recordRoutes } from './routes/records.ts';
import { signInRoutes } from './routes/sign-in.tsx';
import { statusRoutes } from './routes/status.ts';

const limited = bodyLimit({
  maxSize: 1024 * 1024,
  onError: (c) => c.text('413: a request has at most 1 MiB', 413),
});
/** Webhooks may be larger, and are measured where they are read. */
const limitBody: MiddlewareHandler = (c, next) =>
  c.req.path === '/github_callback' ? next() : limited(c, next);

const newKey = (): string => crypto.randomUUID();

/** @param deployment which of this version, where the platform says it */
export function createApp(
  config: Config,
  branches: Branches,
  devDeploys: DevDeploys,
  doorTools: DoorTools,
  deployment: string | null,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(safeHeaders());
  app.use(problems());
  app.use(limitKnocking(doorTools));
  app.use(limitBody);
  app.use(guard(config.doors, doorTools));
  app.use(limitReading(doorTools));
  app.route('/', signInRoutes(config, doorTools));
  app.route('/', aboutRoutes(deployment));
  app.get('/healthcheck', (c) => c.body(null, 200));
  app.route('/', githubCallback(config, branches));
  app.route('/', batchCallback(config, branches));
  app.route('/', statusRoutes(branches));
  app.route('/', recordRoutes(branches));
  app.route('/', developerRoutes(config, branches));
  app.route('/', batchLinks(config, branches));
  app.route('/', adminRoutes(branches));
  const note: NoteDevDeploy = async (branch, what) => branches.near(branch)?.stub.command(what);
  app.route('/', devDeployRoutes(config, devDeploys, note, newKey));
  app.route('/', namespaceRoutes(config, branches));
  app.route('/', metricsRoutes(branches));
  app.route('/', dashboard(config, branches, devDeploys, note));
  app.notFound(notFound);
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (isRefusalOfNewer(error.message)) return c.text(`503: ${error.message}`, 503);
    console.log(JSON.stringify({ event: 'request.crashed', path: c.req.path, error: error.stack }));
    return c.text('500: Sluice made a mistake; its log says which', 500);
  });
  return app;
}

/** What people see and press. */
function dashboard(
  config: Config,
  branches: Branches,
  devDeploys: DevDeploys,
  note: NoteDevDeploy,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.route('/', assetRoutes());
  app.route('/', liveRoutes(branches));
  app.route('/', pageRoutes(branches));
  app.route('/', recordPages(branches));
  app.route('/', formRoutes(branches));
  app.route('/', namespaceForms(branches));
  app.route('/', devDeployPages(config, devDeploys, note, newKey));
  app.route('/', oldPaths(branches));
  return app;
}
