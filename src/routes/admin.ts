// The commanding half of the JSON API: authorize, retry, freeze, update. Every route needs the manage
// token; what it commands is noted in the branch's event log.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { PullInPath, Sha } from '../../schemas/ids.ts';
import type { Command } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import { requireToken } from '../middleware/require-token.ts';
import type { Branch, Branches } from './branches.ts';

const AuthorizeBody = z.object({ sha: Sha });
const FreezeBody = z.object({
  branch: z.string().optional(),
  reason: z.string().max(500).default('no reason given'),
  /** Who asks; the token itself tells nobody apart. */
  by: z.string().min(1).max(100).default('somebody with the manage token'),
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
    const { branch, reason, by } = await parsed(c.req.raw, FreezeBody);
    await command(chosen(branches, branch), { kind: 'freeze', reason, by });
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
    const refusal = await chosen(branches, c.req.param('branch'))[0]?.stub.command({
      kind: 'retry',
      pr: number.data,
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

/** An empty body counts as an empty object. */
export async function parsed<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<z.infer<T>> {
  const text = await request.text();
  let json: unknown;
  try {
    json = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw refuse(400, 'the body is not JSON');
  }
  const body = schema.safeParse(json);
  if (!body.success) throw refuse(400, z.prettifyError(body.error));
  return body.data;
}

export const refuse = (status: 400 | 404 | 409, sentence: string): HTTPException =>
  new HTTPException(status, { message: `${status}: ${sentence}` });
