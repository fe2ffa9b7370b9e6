// Developers' own deploys: starts one and lists the newest of a developer. The only routes that ask GitHub and
// Batch while somebody waits, because the answer is the batch.
import { Hono } from 'hono';
import { z } from 'zod';
import { BranchName } from '../../schemas/ids.ts';
import type { Config } from '../core/config.ts';
import type { DevDeploys } from '../core/dev-deploy.ts';
import { requireToken } from '../middleware/require-token.ts';
import { parsed, refuse } from './body.ts';

/** What a namespace of Kubernetes may be called. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const DeployBody = z.strictObject({
  branch: BranchName,
  steps: z.array(z.string()).min(1, 'expected the names of steps'),
  excluded_steps: z.array(z.string()),
  extra_config: z.record(z.string(), z.unknown()).default({}),
  user: z.string(),
});

export function devDeployRoutes(
  { document, secrets }: Config,
  deploys: DevDeploys,
  newKey: () => string,
): Hono {
  const app = new Hono().basePath('/api/v1alpha');

  app.post('/dev_deploy_branch', requireToken(secrets.manageToken), async (c) => {
    const body = await parsed(c.req.raw, DeployBody);
    const user = developer(body.user);
    const started = await deploys.start(body.branch, {
      user,
      steps: body.steps,
      excludedSteps: body.excluded_steps,
      extra: body.extra_config,
      // Asked twice with one key, because an answer was lost, it is one deploy.
      key: c.req.header('idempotency-key') ?? newKey(),
    });
    if (started.ok) return c.json({ sha: started.value.sha, batch_id: started.value.batch });
    throw refuse(started.error.kind === 'mistake' ? 400 : 502, started.error.message);
  });

  app.get('/developers/:user/dev_deploys', async (c) => {
    const newest = await deploys.newest(developer(c.req.param('user'), 404));
    if (!newest.ok) throw refuse(502, `Batch: ${newest.error.message}`);
    return c.json(newest.value);
  });

  /** Only who has an account: a batch may do whatever it likes in its namespace. */
  function developer(name: string, status: 400 | 404 = 400): string {
    const known = document.accounts.some(({ username }) => username === name);
    if (!known) throw refuse(status, `user: "${name}" is none of the accounts in the settings`);
    if (!NAMESPACE.test(name) || name === document.namespace)
      throw refuse(status, `user: "${name}" cannot be the name of a developer's own namespace`);
    return name;
  }
  return app;
}
