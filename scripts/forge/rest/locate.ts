// Finds the repository that a path names, by its name or its number, and reads the past where that was
// ordered. A name that it had before leads on, as on GitHub.

import type { MiddlewareHandler } from 'hono';
import { fullName } from '../model.ts';
import { notFound } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { lagOf } from './lagging.ts';

/** What stands behind the repository's own path: empty, or with a slash at its beginning. */
export const pathBelow = (path: string): string =>
  /^\/(?:repos\/[^/]+\/[^/]+|repositories\/[^/]+)(.*)$/.exec(path)?.[1] ?? '';

export function locate(world: World): MiddlewareHandler<ForgeEnv> {
  return async (c, next) => {
    const id = c.req.param('id');
    const asked = `${c.req.param('owner')}/${c.req.param('name')}`;
    const found = id === undefined ? world.find(asked) : world.byId(Number(id));
    if (found === undefined) throw notFound();
    const isMoved = fullName(found.record).toLowerCase() !== asked.toLowerCase();
    if (id === undefined && isMoved) return movedAnswer(world, c, found);
    return world.past.reading(lagOf(c, found, pathBelow(c.req.path)), () => {
      c.set('repository', world.past.seen(found));
      return next();
    });
  };
}

/** By its number, which never changes. */
function movedAnswer(world: World, c: ForgeContext, { record }: Repository): Response {
  const { search } = new URL(c.req.url);
  const url = `${world.url}/repositories/${record.id}${pathBelow(c.req.path)}${search}`;
  const documentation_url =
    'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects';
  // A GET may be followed by anybody, the others only with their method kept.
  const status = c.req.method === 'GET' ? 301 : 307;
  return c.json({ message: 'Moved Permanently', url, documentation_url }, status, {
    location: url,
  });
}
