// Before and around every API call: who is asking, the limits they are told and held to, refusals answered
// in GitHub's form. No endpoint is here, and no permission: those are permit.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import type { Identity } from '../grants.ts';
import { callerOf, limitHeaders, type RateLimits, type Resource } from '../limits.ts';
import type { Account } from '../model/account.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';

const UNCOUNTED = '/rate_limit';

/** Refuses requests without a User-Agent, with a bad token, or beyond the limits; counts the others. */
export function access(world: World, limits: RateLimits): MiddlewareHandler<ForgeEnv> {
  return async (c, next) => {
    if ((c.req.header('user-agent') ?? '') === '') {
      throw new Refusal(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
      );
    }
    const identity = authenticate(world, c.req.header('authorization'));
    c.set('identity', identity);
    c.set('actor', identity?.account ?? null);
    const resource: Resource = c.req.path === '/graphql' ? 'graphql' : 'core';
    const caller = callerOf(identity);
    if (resource === 'core' && c.req.path !== UNCOUNTED) requireLeft(limits, caller, identity);
    limits.enter(caller, await isWrite(c));
    try {
      const delayMs = c.get('delayMs');
      if (delayMs !== undefined) await sleep(delayMs);
      await next();
    } finally {
      limits.leave(caller);
    }
    // What has not changed costs nothing.
    const isFree = c.res.status === 304 || c.req.path === UNCOUNTED;
    if (resource === 'core' && !isFree) limits.spend(caller, 'core', 1);
    const told = limitHeaders(resource, limits.allowance(caller, resource));
    for (const [name, value] of Object.entries({ ...told, ...identityHeaders(identity) })) {
      c.header(name, value);
    }
    c.header('x-github-media-type', 'github.v3; format=json');
  };
}

/** A query of GraphQL is posted, and reads all the same. */
async function isWrite(c: ForgeContext): Promise<boolean> {
  if (c.req.path !== '/graphql') return c.req.method !== 'GET';
  return /"query"\s*:\s*"(\\n|\s)*mutation\b/.test(await c.req.text());
}

function requireLeft(limits: RateLimits, caller: string, identity: Identity | null): void {
  const allowance = limits.allowance(caller, 'core');
  if (allowance.remaining > 0) return;
  throw new Refusal(403, limitText(identity), [], limitHeaders('core', allowance));
}

export function limitText(identity: Identity | null): string {
  if (identity === null) return 'API rate limit exceeded for 127.0.0.1.';
  return identity.kind === 'installation'
    ? `API rate limit exceeded for installation ID ${identity.installation.id}.`
    : `API rate limit exceeded for user ID ${identity.account.id}.`;
}

/** A classic token's scopes are told with every answer. */
function identityHeaders(identity: Identity | null): Record<string, string> {
  return identity?.kind === 'classic' ? { 'x-oauth-scopes': identity.scopes.join(', ') } : {};
}

/** null = nobody in particular, who may read. Throws a 401 Refusal for a token that is not one. */
function authenticate(world: World, header: string | undefined): Identity | null {
  if (header === undefined) return null;
  const [, basic] = /^basic (.+)$/i.exec(header) ?? [];
  const [, token = ''] = /^(?:bearer|token) (.+)$/i.exec(header) ?? [];
  const secret =
    basic === undefined ? token : (Buffer.from(basic, 'base64').toString().split(':')[1] ?? '');
  return world.identities.identify(secret);
}

/** Throws a 401 Refusal for nobody in particular. */
export function requireActor(c: ForgeContext): Account {
  const actor = c.get('actor');
  if (actor === null) throw new Refusal(401, 'Requires authentication');
  return actor;
}

/** Throws a 401 Refusal for nobody in particular. */
export function requireIdentity(c: ForgeContext): Identity {
  const identity = c.get('identity');
  if (identity === null) throw new Refusal(401, 'Requires authentication');
  return identity;
}

/** The caller, when they may push to the repository of this request. Throws 401 or 403. */
export function requireWriter(world: World, c: ForgeContext): Account {
  const identity = requireIdentity(c);
  // What an App's installation may do is in its permissions, which were looked at before.
  if (identity.kind !== 'installation') world.requirePush(c.get('repository'), identity.account);
  return identity.account;
}

/** The caller, when they rule the repository of this request. Throws 401, or 404 as GitHub does. */
export function requireAdmin(world: World, c: ForgeContext): Account {
  const identity = requireIdentity(c);
  const rules = world.isAdmin(c.get('repository').record, identity.account);
  if (identity.kind !== 'installation' && !rules) throw notFound();
  return identity.account;
}

/** A refusal as GitHub words it. */
export function refusalResponse(c: ForgeContext, refusal: Refusal): Response {
  const errors = refusal.details.length === 0 ? {} : { errors: refusal.details };
  const status = String(refusal.status);
  const documentation_url = 'https://docs.github.com/rest';
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value);
  return c.json({ message: refusal.message, ...errors, documentation_url, status }, refusal.status);
}
