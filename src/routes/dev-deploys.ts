// Developers' own deploys: starts one and lists the newest of a developer. The only routes that ask GitHub and
// Batch while somebody waits, because the answer is the batch.
import { Hono } from 'hono';
import { DevDeployBody } from '../../schemas/commands.ts';
import type { BranchName } from '../../schemas/ids.ts';
import type { Command } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import type { DevDeploys } from '../core/dev-deploy.ts';
import { findDeveloper } from '../core/developers.ts';
import type { Viewer } from '../core/viewer.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { parsed, refuse } from './body.ts';

/** What a namespace of Kubernetes may be called. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Has it noted in the log of some watched branch: the deploy itself is of none. */
export type NoteDevDeploy = (branch: BranchName, what: Command) => Promise<unknown>;

export function devDeployRoutes(
  { document }: Config,
  deploys: DevDeploys,
  note: NoteDevDeploy,
  newKey: () => string,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath('/api/v1alpha');
  const hasAccount = (name: string): boolean =>
    document.accounts.some(({ username }) => username === name);

  app.post('/dev_deploy_branch', async (c) => {
    const body = await parsed(c.req.raw, DevDeployBody);
    const user = account(body.user ?? 'me', c.get('viewer'), 400);
    const started = await deploys.start(body.branch, {
      user,
      steps: body.steps,
      excludedSteps: body.excluded_steps,
      extra: body.extra_config,
      // Asked twice with one key, because an answer was lost, it is one deploy.
      key: c.req.header('idempotency-key') ?? newKey(),
    });
    if (started.ok) {
      const { sha, batch } = started.value;
      const by = c.get('viewer').name;
      await note(body.branch, { kind: 'note_dev_deploy', branch: body.branch, user, batch, by });
      return c.json({ sha, batch_id: batch });
    }
    throw refuse(started.error.kind === 'mistake' ? 400 : 502, started.error.message);
  });

  app.get('/developers/:user/dev_deploys', async (c) => {
    const [asked, viewer] = [c.req.param('user'), c.get('viewer')];
    const developer = findDeveloper(document.developers, asked, viewer);
    // Who has no account has never deployed anything; a developer is known all the same.
    if (developer !== null && !hasAccount(developer.account)) return c.json([]);
    const newest = await deploys.newest(account(asked, viewer, 404));
    if (!newest.ok) throw refuse(502, `Batch: ${newest.error.message}`);
    return c.json(newest.value);
  });

  /** Only who has an account: a batch may do whatever it likes in its namespace. */
  function account(asked: string, viewer: Viewer, status: 400 | 404): string {
    const name = findDeveloper(document.developers, asked, viewer)?.account ?? asked;
    if (name === 'me')
      throw refuse(status, `user: ${viewer.name} is no developer; expected one of the accounts`);
    if (!hasAccount(name))
      throw refuse(status, `user: "${name}" is none of the accounts in the settings`);
    if (!NAMESPACE.test(name) || name === document.namespace)
      throw refuse(status, `user: "${name}" cannot be the name of a developer's own namespace`);
    return name;
  }
  return app;
}
