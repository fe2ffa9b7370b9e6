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
import { type FormContext, readForm } from './read-form.ts';
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

const Typed = z.object({
  user: z.string().max(100).optional().catch(undefined),
  branch: z.string().max(300).default('').catch(''),
  steps: z.string().max(1_000).default('').catch(''),
  excluded_steps: z.string().max(1_000).default('').catch(''),
});

/** The page with the form as it was filled in: who is refused need not type it again. */
async function asTyped(c: FormContext): Promise<string> {
  const { user = '', ...typed } = Typed.parse(await c.req.parseBody());
  return `${HERE}?${new URLSearchParams({ user, ...typed })}`;
}

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
    const { user: named, ...typed } = Typed.parse(c.req.query());
    const asked = named ?? accountOf(c.get('viewer'));
    const user = asked !== null && users.includes(asked) ? asked : null;
    const newest = user === null ? null : await deploys.newest(user);
    const page = {
      users,
      user,
      typed,
      branches: document.branches.map(({ branch }) => branch),
      newest: newest?.ok ? newest.value : [],
      problem: newest && !newest.ok ? `Batch: ${newest.error.message}` : null,
      batchUrl: document.batch.url,
    };
    return show(c, <DevDeploysPage {...page} />);
  });

  app.post(HERE, async (c) => {
    const form = await readForm(c, DeployForm);
    const refused = async (text: string) => backTo(c, await asTyped(c), { tone: 'bad', text });
    if (!form.ok) return refused(form.error.text);
    const { user, branch, steps, excluded_steps: excludedSteps } = form.value;
    if (!users.includes(user)) return refused(`${user} has no account in the settings.`);
    const wish = { user, steps, excludedSteps, extra: {}, key: newKey() };
    const started = await deploys.start(branch, wish);
    if (!started.ok) return refused(started.error.message);
    const { batch, sha } = started.value;
    const by = c.get('viewer').name;
    await note(branch, { kind: 'note_dev_deploy', branch, user, batch, by });
    return backTo(c, `${HERE}?user=${encodeURIComponent(user)}`, {
      tone: 'good',
      text: `${branch} at ${sha.slice(0, 7)} is being deployed in batch ${batch}.`,
    });
  });
  return app;
}
