// The commanding half of the JSON API: authorize, retry, freeze, update. What is commanded is noted in the branch's
// event log with who did it.
import { Hono } from 'hono';
import { z } from 'zod';
import { PullInPath, Sha } from '../../schemas/ids.ts';
import type { Command } from '../core/command.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { parsed, refuse } from './body.ts';
import type { Branch, Branches } from './branches.ts';

const AuthorizeBody = z.object({ sha: Sha });
const RetryBody = z.object({
  tactical: z.boolean("'tactical' must be a JSON boolean").default(false),
});
const FreezeBody = z.object({
  branch: z.string().optional(),
  reason: z.string().max(500).default('no reason given'),
  until: z.iso
    .datetime({
      offset: true,
      error: 'expected a time with its zone, such as 2026-01-05T09:00:00Z',
    })
    .nullable()
    .default(null),
});

export function adminRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath('/api/v1alpha');

  app.post('/authorize_sha', async (c) => {
    const { sha } = await parsed(c.req.raw, AuthorizeBody);
    await command(branches.all(), { kind: 'authorize', sha, by: c.get('viewer').name });
    return c.body(null, 201);
  });

  app.post('/freeze', async (c) => {
    const { branch, reason, until } = await parsed(c.req.raw, FreezeBody);
    const end = until === null ? null : Date.parse(until);
    if (end !== null && end <= Date.now()) throw refuse(400, `until is ${until}, which has passed`);
    const by = c.get('viewer').name;
    await command(chosen(branches, branch), { kind: 'freeze', reason, by, until: end });
    return c.json({ frozen: true });
  });

  app.post('/unfreeze', async (c) => {
    const { branch } = await parsed(c.req.raw, FreezeBody);
    await command(chosen(branches, branch), { kind: 'unfreeze', by: c.get('viewer').name });
    return c.json({ frozen: false });
  });

  app.post('/update', async (c) => {
    await command(branches.all(), { kind: 'update', by: c.get('viewer').name });
    return c.body(null, 200);
  });

  app.post('/watched_branches/:branch/prs/:number/retry', async (c) => {
    const number = PullInPath.safeParse(c.req.param('number'));
    if (!number.success) return c.text('400: PR number must be an integer', 400);
    const { tactical } = await parsed(c.req.raw, RetryBody);
    const refusal = await chosen(branches, c.req.param('branch'))[0]?.stub.command({
      kind: 'retry',
      pr: number.data,
      tactical,
      by: c.get('viewer').name,
    });
    return refusal ? c.text(`400: ${refusal}`, 400) : c.body(null, 200);
  });
  return app;
}

/** One branch by name, or all of them. */
function chosen(branches: Branches, name: string | undefined): Branch[] {
  if (name === undefined) return branches.all();
  const branch = branches.find(name);
  if (!branch) throw refuse(404, `${name} is not a watched branch`);
  return [branch];
}

/** Refused only if no branch would obey: one that is frozen already does not keep the others from it. */
async function command(targets: readonly Branch[], what: Command): Promise<void> {
  const refusals = await Promise.all(targets.map(({ stub }) => stub.command(what)));
  const [first] = refusals;
  if (first && refusals.every((refusal) => refusal !== null)) throw refuse(409, first);
}
