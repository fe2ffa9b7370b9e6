// Slows down whoever knocks at the public routes too often, or guesses at secrets. Nothing that proves who it is, such
// as a webhook with a good signature, is ever held up.
import type { Context, MiddlewareHandler } from 'hono';
import type { RateLimiter } from '../core/sign-in.ts';
import { openRoute } from './open-routes.ts';

/** The period of the limit in wrangler.toml. */
const PERIOD_SECONDS = 60;

export function rateLimit(limiter: RateLimiter | null): MiddlewareHandler {
  return async (c, next) => {
    if (limiter === null) return next();
    // By nothing that the caller could choose.
    const from = c.req.header('cf-connecting-ip') ?? 'unknown';
    if (openRoute(c.req.method, c.req.path)?.limited === 'always') {
      if (!(await limiter.admits(`public ${from}`))) return tooMany(c);
      return next();
    }
    await next();
    if (c.res.status === 401 && !(await limiter.admits(`refused ${from}`))) c.res = tooMany(c);
  };
}

function tooMany(c: Context): Response {
  c.header('retry-after', String(PERIOD_SECONDS));
  return c.text('429: too many requests; try again in a minute', 429);
}
