// The page of developers' own deploys, and the form that starts one. Like their JSON, it asks Batch while somebody waits.
import { Hono } from 'hono';
import { z } from 'zod';
import { BranchName } from '../../schemas/ids.ts';
import type { Config } from '../core/config.ts';
import type { DevDeploys } from '../core/dev-deploy.ts';
import { byLogin } from '../core/developers.ts';
import type { Viewer } from '../core/viewer.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { DevDeploysPage } from '../views/dev-deploys-page.tsx';
import type { NoteDevDeploy } from './dev-deploys.ts';
import { backTo } from './flash.ts';
import { readForm } from './read-form.ts';
import { show } from './show.tsx';

const HERE = '/dev_deploys';

const Steps = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((step) => step !== ''));

const DeployForm = z.object({
  user: z.string(),
  branch: BranchName,
  steps: Steps.refine((steps) => steps.length > 0, 'expected the names of steps'),
  excluded_steps: Steps,
});

export function devDeployPages(
  { document }: Config,
  deploys: DevDeploys,
  note: NoteDevDeploy,
  newKey: () => string,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const users = document.accounts.map(({ username }) => username);
  const accountOf = ({ login }: Viewer): string | null =>
    login && (byLogin(document.developers, login)?.account ?? null);

  app.get(HERE, async (c) => {
    const asked = c.req.query('user') ?? accountOf(c.get('viewer'));
    const user = asked !== null && users.includes(asked) ? asked : null;
    const newest = user === null ? null : await deploys.newest(user);
    const page = {
      users,
      user,
      branches: document.branches.map(({ branch }) => branch),
      newest: newest?.ok ? newest.value : [],
      problem: newest && !newest.ok ? `Batch: ${newest.error.message}` : null,
      batchUrl: document.batch.url,
    };
    return show(c, <DevDeploysPage {...page} />);
  });

  app.post(HERE, async (c) => {
    const form = await readForm(c, DeployForm);
    if (!form.ok) return backTo(c, HERE, form.error);
    const { user, branch, steps, excluded_steps: excludedSteps } = form.value;
    if (!users.includes(user))
      return backTo(c, HERE, { tone: 'bad', text: `${user} has no account in the settings.` });
    const wish = { user, steps, excludedSteps, extra: {}, key: newKey() };
    const started = await deploys.start(branch, wish);
    const here = `${HERE}?user=${encodeURIComponent(user)}`;
    if (!started.ok) return backTo(c, here, { tone: 'bad', text: started.error.message });
    const { batch, sha } = started.value;
    const by = c.get('viewer').name;
    await note(branch, { kind: 'note_dev_deploy', branch, user, batch, by });
    return backTo(c, here, {
      tone: 'good',
      text: `${branch} at ${sha.slice(0, 7)} is being deployed in batch ${batch}.`,
    });
  });
  return app;
}
