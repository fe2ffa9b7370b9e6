// The commanding half of the JSON API: authorize, retry, freeze, update. Every route needs the manage
// token; what it commands is noted in the branch's event log.
import { Hono } from 'hono';
import { z } from 'zod';
import { PullInPath, Sha } from '../../schemas/ids.ts';
import type { Command } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import { requireToken } from '../middleware/require-token.ts';
import { parsed, refuse } from './body.ts';
import type { Branch, Branches } from './branches.ts';

/** Who asks; the token itself tells nobody apart. */
const By = z.string().min(1).max(100).default('somebody with the manage token');

const AuthorizeBody = z.object({ sha: Sha });
const RetryBody = z.object({
  tactical: z.boolean("'tactical' must be a JSON boolean").default(false),
  by: By,
});
const FreezeBody = z.object({
  branch: z.string().optional(),
  reason: z.string().max(500).default('no reason given'),
  by: By,
  until: z.iso
    .datetime({
      offset: true,
      error: 'expected a time with its zone, such as 2026-01-05T09:00:00Z',
    })
    .nullable()
    .default(null),
});

export function adminRoutes(config: Config, branches: Branches): Hono {
  const app = new Hono().basePath('/api/v1alpha');
  const manage = requireToken(config.secrets.manageToken);

  app.post('/authorize_sha', manage, async (c) => {
    const { sha } = await parsed(c.req.raw, AuthorizeBody);
    await command(branches.all(), { kind: 'authorize', sha });
    return c.body(null, 201);
  });

  app.post('/freeze', manage, async (c) => {
    const { branch, reason, by, until } = await parsed(c.req.raw, FreezeBody);
    const end = until === null ? null : Date.parse(until);
    if (end !== null && end <= Date.now()) throw refuse(400, `until is ${until}, which has passed`);
    await command(chosen(branches, branch), { kind: 'freeze', reason, by, until: end });
    return c.json({ frozen: true });
  });

  app.post('/unfreeze', manage, async (c) => {
    const { branch } = await parsed(c.req.raw, FreezeBody);
    await command(chosen(branches, branch), { kind: 'unfreeze' });
    return c.json({ frozen: false });
  });

  app.post('/update', manage, async (c) => {
    await command(branches.all(), { kind: 'update' });
    return c.body(null, 200);
  });

  app.post('/watched_branches/:branch/prs/:number/retry', manage, async (c) => {
    const number = PullInPath.safeParse(c.req.param('number'));
    if (!number.success) return c.text('400: PR number must be an integer', 400);
    const { tactical, by } = await parsed(c.req.raw, RetryBody);
    const refusal = await chosen(branches, c.req.param('branch'))[0]?.stub.command({
      kind: 'retry',
      pr: number.data,
      tactical,
      by,
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
