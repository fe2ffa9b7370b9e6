// The commanding half of the JSON API: authorize, retry, freeze, update. What is commanded is noted in the branch's
// event log with who did it.
import { Hono } from 'hono';
import { AuthorizeBody, FreezeBody, RetryBody, UnfreezeBody } from '../../schemas/commands.ts';
import type { Command } from '../core/command.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { parsed, refuse } from './body.ts';
import type { Branch, Branches } from './branches.ts';
import { branchOf, pullOf, WATCHED_BRANCH } from './in-path.ts';

export function adminRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.post('/api/v1alpha/authorize_sha', async (c) => {
    const { sha } = await parsed(c.req.raw, AuthorizeBody);
    await command(branches.all(), { kind: 'authorize', sha, by: c.get('viewer').name });
    return c.body(null, 201);
  });

  app.post('/api/v1alpha/freeze', async (c) => {
    const { branch, reason, until } = await parsed(c.req.raw, FreezeBody);
    const end = until === null ? null : Date.parse(until);
    if (end !== null && end <= Date.now()) throw refuse(400, `until is ${until}, which has passed`);
    const by = c.get('viewer').name;
    await command(chosen(branches, branch), { kind: 'freeze', reason, by, until: end });
    return c.json({ frozen: true });
  });

  app.post('/api/v1alpha/unfreeze', async (c) => {
    const { branch } = await parsed(c.req.raw, UnfreezeBody);
    await command(chosen(branches, branch), { kind: 'unfreeze', by: c.get('viewer').name });
    return c.json({ frozen: false });
  });

  app.post('/api/v1alpha/update', async (c) => {
    await command(branches.all(), { kind: 'update', by: c.get('viewer').name });
    return c.body(null, 200);
  });

  for (const path of WATCHED_BRANCH)
    app.post(`${path}/prs/:number/retry`, async (c) => {
      const { config, stub } = branchOf(c, branches);
      const pr = pullOf(c);
      const { tactical } = await parsed(c.req.raw, RetryBody);
      if (!(await stub.isOpen(pr)))
        throw refuse(404, `#${pr} is not an open pull request of ${config.name}.`);
      const by = c.get('viewer').name;
      const refusal = await stub.command({ kind: 'retry', pr, tactical, by });
      if (refusal) throw refuse(400, refusal);
      return c.body(null, 200);
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
