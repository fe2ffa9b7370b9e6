// REST: the repository itself, and its branches.

import { Hono } from 'hono';
import { z } from 'zod';
import { isProtected, protectionOf } from '../branch-rules.ts';
import { tell } from '../events/common.ts';
import { commitJson } from '../json/commit.ts';
import { fullRepositoryJson } from '../json/repository.ts';
import { fullName } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireAdmin } from './access.ts';
import { page, readBody } from './reading.ts';

const edit = z.object({
  name: z.string().optional(),
  private: z.boolean().optional(),
  default_branch: z.string().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

export function repositoryRoutes(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/', (c) => c.json(wholeJson(world, c)));
  app.patch('/', async (c) => {
    const repository = c.get('repository');
    const sender = requireAdmin(world, c);
    const { name, default_branch, ...wanted } = await readBody(c, edit);
    const { record, git } = repository;
    if (default_branch !== undefined) {
      if (!git.refs.has(`refs/heads/${default_branch}`))
        throw new Refusal(422, 'Validation Failed');
      record.defaultBranch = default_branch;
    }
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
    Object.assign(record.settings, Object.fromEntries(given));
    if (name !== undefined && name !== record.name) {
      const from = record.name;
      world.renameRepository(repository, name);
      const changes = { repository: { name: { from } } };
      tell(world, repository, sender, 'repository', { action: 'renamed', changes });
    }
    world.changed();
    return c.json(wholeJson(world, c));
  });
  app.delete('/', (c) => {
    const sender = requireAdmin(world, c);
    const repository = c.get('repository');
    tell(world, repository, sender, 'repository', { action: 'deleted' });
    world.deleteRepository(repository);
    return c.body(null, 204);
  });
  app.get('/branches', (c) => {
    const repository = c.get('repository');
    const { record, git } = repository;
    const found = [...git.refs].filter(([name]) => name.startsWith('refs/heads/'));
    const shown = page(c, found).map(([ref, sha]) => {
      const name = ref.slice('refs/heads/'.length);
      const url = `${world.url}/repos/${fullName(record)}/commits/${sha}`;
      return { name, commit: { sha, url }, protected: isProtected(record, name) };
    });
    return c.json(shown);
  });
  app.get('/branches/:branch{.+}', async (c) =>
    c.json(await branchJson(world, c.get('repository'), c.req.param('branch'))),
  );
  return app;
}

function wholeJson(world: World, c: ForgeContext) {
  const repository = c.get('repository');
  const identity = c.get('identity');
  const actor = identity?.account;
  const admin = actor !== undefined && world.isAdmin(repository.record, actor);
  const push = actor !== undefined && world.canPush(repository, actor);
  const permissions = { admin, maintain: admin, push, triage: push, pull: true };
  return { ...fullRepositoryJson(world, repository), permissions };
}

/** The protection that is shown here is the classic one; `protected` is told of either kind. */
async function branchJson(world: World, repository: Repository, name: string) {
  const { record, git } = repository;
  const sha = git.refs.get(`refs/heads/${name}`);
  const commit = sha === undefined ? null : await git.commit(sha);
  if (commit === null) throw new Refusal(404, 'Branch not found');
  const protection = protectionOf(record, name);
  const checks = protection?.checks?.checks ?? [];
  const place = encodeURIComponent(name);
  const url = `${world.url}/repos/${fullName(record)}/branches/${place}`;
  const html = `${world.url}/${fullName(record)}/tree/${place}`;
  return {
    name,
    commit: commitJson(world, repository, commit),
    _links: { self: url, html },
    protected: isProtected(record, name),
    protection: {
      enabled: protection !== undefined,
      required_status_checks: {
        enforcement_level: checks.length === 0 ? 'off' : 'everyone',
        contexts: checks.map(({ context }) => context),
        checks,
      },
    },
    protection_url: `${url}/protection`,
  };
}
