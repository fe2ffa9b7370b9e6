// Before and around every REST call: who is asking, the limits they are told, bodies parsed, lists
// cut into pages, refusals answered in GitHub's form. No endpoint is here.

import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Account } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';

const LIMIT = 5000;
const HOUR_MS = 3_600_000;
const PER_PAGE = 30;
const PER_PAGE_MAX = 100;

/** Refuses requests without a User-Agent or with a bad token, and counts the others per login. */
export function access(world: World, clock: () => Date): MiddlewareHandler<ForgeEnv> {
  const used = new Map<string, number>();
  return async (c, next) => {
    if ((c.req.header('user-agent') ?? '') === '') {
      throw new Refusal(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
      );
    }
    const actor = authenticate(world, c.req.header('authorization'));
    c.set('actor', actor);
    const hour = Math.floor(clock().getTime() / HOUR_MS);
    const key = `${actor?.login ?? ''} ${hour}`;
    const count = (used.get(key) ?? 0) + 1;
    if (count === 1 && used.size > 100) used.clear();
    used.set(key, count);
    await next();
    c.header('x-ratelimit-limit', String(LIMIT));
    c.header('x-ratelimit-remaining', String(Math.max(0, LIMIT - count)));
    c.header('x-ratelimit-used', String(count));
    c.header('x-ratelimit-reset', String(((hour + 1) * HOUR_MS) / 1000));
    c.header('x-ratelimit-resource', c.req.path === '/graphql' ? 'graphql' : 'core');
    c.header('x-github-media-type', 'github.v3; format=json');
  };
}

/** null = nobody in particular, who may read. Throws a 401 Refusal for a token that is not one. */
function authenticate(world: World, header: string | undefined): Account | null {
  if (header === undefined) return null;
  const [, token = ''] = /^(?:bearer|token) (.+)$/i.exec(header) ?? [];
  const account = world.accountOf(token);
  if (account === undefined) throw new Refusal(401, 'Bad credentials');
  return account;
}

/** Throws a 401 Refusal for nobody in particular. */
export function requireActor(c: ForgeContext): Account {
  const actor = c.get('actor');
  if (actor === null) throw new Refusal(401, 'Requires authentication');
  return actor;
}

/** The caller, when they may push to the repository of this request. Throws 401 or 403. */
export function requireWriter(world: World, c: ForgeContext): Account {
  const actor = requireActor(c);
  world.requirePush(c.get('repository'), actor);
  return actor;
}

/** The body by its schema; an empty body counts as `{}`. Throws 400 or 422 Refusals. */
export async function readBody<T extends z.ZodType>(
  c: ForgeContext,
  schema: T,
): Promise<z.output<T>> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refusal(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
}

/** One page of a list, with the Link header that leads to the others. */
export function page<T>(c: ForgeContext, items: readonly T[]): T[] {
  const wanted = (name: string, fallback: number): number => {
    const value = Number(c.req.query(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  const perPage = Math.min(wanted('per_page', PER_PAGE), PER_PAGE_MAX);
  const number = wanted('page', 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number, rel: string): string => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((number - 1) * perPage, number * perPage);
}

/** A refusal as GitHub words it. */
export function refusalResponse(c: ForgeContext, refusal: Refusal): Response {
  const errors = refusal.details.length === 0 ? {} : { errors: refusal.details };
  const status = String(refusal.status);
  const documentation_url = 'https://docs.github.com/rest';
  return c.json({ message: refusal.message, ...errors, documentation_url, status }, refusal.status);
}
