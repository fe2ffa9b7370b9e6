// What the buttons of the pages do: a form is a command to the branches, and leads back to the page that it came from,
// which says what came of it.
import { Hono } from 'hono';
import { z } from 'zod';
import { PullInPath, Sha } from '../../schemas/ids.ts';
import type { Command } from '../core/command.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Branch, Branches } from './branches.ts';
import { backTo } from './flash.ts';
import { type FormContext, readForm } from './read-form.ts';

const AuthorizeForm = z.object({ sha: Sha });
const RetryForm = z.object({
  tactical: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
/** Half a year. */
const HOURS_MAX = 4_400;
const HOUR_MS = 60 * 60_000;
/** All branches, unless one is named. */
const BranchForm = z.object({ branch: z.string().default('') });
const FreezeForm = BranchForm.extend({
  reason: z.string().trim().max(500).default(''),
  /** Empty: until somebody unfreezes it. */
  hours: z
    .string()
    .default('')
    .transform((text) => (text === '' ? null : Number(text)))
    .pipe(z.number().positive().max(HOURS_MAX).nullable()),
});

export function formRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const named = (name: string): Branch[] => {
    if (name === '') return branches.all();
    const branch = branches.find(name);
    return branch ? [branch] : [];
  };

  app.post('/update', (c) => answer(c, '/', branches.all(), updateOf(c), READ_AGAIN));

  app.post('/freeze_merge_deploy', async (c) => {
    const form = await readForm(c, FreezeForm);
    if (!form.ok) return backTo(c, '/', form.error);
    const { branch, reason, hours } = form.value;
    const freeze = {
      kind: 'freeze',
      reason: reason === '' ? 'no reason given' : reason,
      by: c.get('viewer').name,
      until: hours === null ? null : Date.now() + Math.round(hours * HOUR_MS),
    } as const;
    return answer(c, '/', named(branch), freeze, `${branch || 'Every branch'} is frozen.`);
  });

  app.post('/unfreeze_merge_deploy', async (c) => {
    const form = await readForm(c, BranchForm);
    if (!form.ok) return backTo(c, '/', form.error);
    const { branch } = form.value;
    const unfreeze = { kind: 'unfreeze', by: c.get('viewer').name } as const;
    return answer(c, '/', named(branch), unfreeze, `${branch || 'Every branch'} goes on.`);
  });

  app.post('/authorize_source_sha', async (c) => authorize(c, '/', branches));
  return app.route('/', pullForms(branches));
}

const updateOf = (c: FormContext): Command => ({ kind: 'update', by: c.get('viewer').name });
const READ_AGAIN = 'GitHub and Batch are read again.';

/** Each part as it stands in a path, so that none of them leads out of this service. */
const pagePath = (...[owner, repo, number]: readonly [string, string, string]): string =>
  `/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/pull/${encodeURIComponent(number)}`;

function pullForms(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const page = '/:owner/:repo/pull/:number' as const;

  app.post(`${page}/retry`, async (c) => {
    const { owner, repo, number } = c.req.param();
    return retry(c, branches.ofRepo(owner, repo), number, pagePath(owner, repo, number));
  });

  app.post(`${page}/authorize`, async (c) => {
    const { owner, repo, number } = c.req.param();
    return authorize(c, pagePath(owner, repo, number), branches);
  });

  app.post(`${page}/update`, async (c) => {
    const { owner, repo, number } = c.req.param();
    const here = pagePath(owner, repo, number);
    return answer(c, here, branches.ofRepo(owner, repo), updateOf(c), READ_AGAIN);
  });

  /** As the predecessor had it: the branch by its place in the settings. */
  app.post('/watched_branches/:index/pr/:number/retry', async (c) => {
    const { index, number } = c.req.param();
    const branch = branches.all()[Number(index)];
    const here = branch ? pagePath(branch.config.owner, branch.config.repo, number) : '/';
    return retry(c, branch ? [branch] : [], number, here);
  });
  return app;
}

async function authorize(c: FormContext, here: string, branches: Branches): Promise<Response> {
  const form = await readForm(c, AuthorizeForm);
  if (!form.ok) return backTo(c, here, form.error);
  const { sha } = form.value;
  const done = `Commit ${sha.slice(0, 7)} may be tested.`;
  const what = { kind: 'authorize', sha, by: c.get('viewer').name } as const;
  return answer(c, here, branches.all(), what, done);
}

async function retry(
  c: FormContext,
  targets: readonly Branch[],
  number: string,
  here: string,
): Promise<Response> {
  const form = await readForm(c, RetryForm);
  if (!form.ok) return backTo(c, here, form.error);
  const pr = PullInPath.safeParse(number);
  if (!pr.success)
    return backTo(c, '/', { tone: 'bad', text: 'The number of a pull request is a number.' });
  const { tactical } = form.value;
  const what = { kind: 'retry', pr: pr.data, tactical, by: c.get('viewer').name } as const;
  const done = tactical ? 'What has not passed is tested again.' : 'Everything is tested again.';
  return answer(c, here, targets, what, done);
}

/** Refused only if no branch would obey: one that is frozen already does not keep the others from it. */
export async function answer(
  c: FormContext,
  here: string,
  targets: readonly Branch[],
  what: Command,
  done: string,
): Promise<Response> {
  const refusals = await Promise.all(targets.map(({ stub }) => stub.command(what)));
  if (refusals.length === 0)
    return backTo(c, here, { tone: 'bad', text: 'That is not a watched branch.' });
  const refusal = refusals.every((refusal) => refusal !== null) ? refusals[0] : null;
  return backTo(c, here, refusal ? { tone: 'bad', text: refusal } : { tone: 'good', text: done });
}
