// Which permission each endpoint of a repository asks of a token, as GitHub's manual lists them, and how
// it says that one is missing. What the owner of the token may do is another question (requireWriter).

import type { MiddlewareHandler } from 'hono';
import { allows, type Identity, isFor, scopesFor } from '../grants.ts';
import type { Level } from '../model/account.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { pathBelow } from './locate.ts';

type Need = readonly [methods: RegExp, path: RegExp, permissions: readonly string[], level: Level];

const READ = /^GET$/;
const WRITE = /^(POST|PUT|PATCH|DELETE)$/;
/** The first that matches counts; paths are below the repository's own. */
const NEEDS: readonly Need[] = [
  [READ, /^\/hooks/, ['repository_hooks'], 'read'],
  [READ, /^\/branches\/.+\/protection$/, ['administration'], 'read'],
  [READ, /^\/teams/, ['administration'], 'read'],
  [READ, /^\/(check-|commits\/.+\/check-)/, ['checks'], 'read'],
  [READ, /^\/commits\/.+\/status(es)?$/, ['statuses'], 'read'],
  [READ, /^\/commits\/.+\/pulls$/, ['pull_requests'], 'read'],
  [READ, /^\/issues/, ['issues', 'pull_requests'], 'read'],
  [READ, /^\/pulls/, ['pull_requests'], 'read'],
  [READ, /^\/(git|commits|compare|contents|branches)/, ['contents'], 'read'],
  [READ, /^/, ['metadata'], 'read'],
  [WRITE, /^\/statuses\//, ['statuses'], 'write'],
  [WRITE, /^\/check-/, ['checks'], 'write'],
  [WRITE, /^\/pulls\/\d+\/merge$/, ['contents'], 'write'],
  [WRITE, /^\/pulls/, ['pull_requests'], 'write'],
  [WRITE, /^\/issues/, ['issues', 'pull_requests'], 'write'],
  [WRITE, /^\/(git|merges|contents)/, ['contents'], 'write'],
  [WRITE, /^\/hooks/, ['repository_hooks'], 'write'],
  [WRITE, /^/, ['administration'], 'write'],
];

/** Whoever may not see a private repository is told that there is none. */
export function canSee(world: World, repository: Repository, identity: Identity | null): boolean {
  const { record } = repository;
  if (!record.settings.private) return true;
  if (identity === null || identity.kind === 'app') return identity?.kind === 'app';
  if (!isFor(identity, record)) return false;
  if (identity.kind === 'classic' && !identity.scopes.includes('repo')) return false;
  return identity.kind === 'installation' || world.canPush(repository, identity.account);
}

/** Throws 403 or 404 Refusals. Whoever has no token at all is told by the endpoint. */
export function permit(world: World): MiddlewareHandler<ForgeEnv> {
  return async (c, next) => {
    const repository = c.get('repository');
    const identity = c.get('identity');
    if (!canSee(world, repository, identity)) throw notFound();
    const path = pathBelow(c.req.path);
    if (identity !== null && path !== '/installation') {
      requirePermission(identity, repository, c.req.method, path);
    }
    await next();
  };
}

function requirePermission(
  identity: Identity,
  { record }: Repository,
  method: string,
  path: string,
): void {
  const need = NEEDS.find(([methods, paths]) => methods.test(method) && paths.test(path));
  if (need === undefined) return;
  const [, , permissions, level] = need;
  if (permissions.some((permission) => allows(identity, record, permission, level))) return;
  const accepted = permissions.map((permission) => `${permission}=${level}`).join('; ');
  switch (identity.kind) {
    case 'classic': {
      const scopes = permissions.flatMap((permission) => scopesFor(permission)).join(', ');
      throw new Refusal(404, 'Not Found', [], { 'x-accepted-oauth-scopes': scopes });
    }
    case 'fine_grained':
      throw new Refusal(403, 'Resource not accessible by personal access token', [], {
        'x-accepted-github-permissions': accepted,
      });
    case 'installation':
    case 'app':
      throw new Refusal(403, 'Resource not accessible by integration', [], {
        'x-accepted-github-permissions': accepted,
      });
  }
}
