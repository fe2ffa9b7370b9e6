// Slows down whoever knocks too often without saying who they are: at the open routes, with what proves nothing, and as a
// reader where reading is public. Whoever proves who they are, as GitHub does by a good signature, is never held up.
import type { Context, MiddlewareHandler } from 'hono';
import type { DoorTools, RateLimiter } from '../core/sign-in.ts';
import { isNobody } from '../core/viewer.ts';
import type { AppEnv } from './app-env.ts';
import { openRoute } from './open-routes.ts';

/** The period of the limits in wrangler.toml. */
const PERIOD_SECONDS = 60;

type Limiters = Pick<DoorTools, 'limiter' | 'readers'>;

/** Stands before the guard. */
export function limitKnocking({ limiter, readers }: Limiters): MiddlewareHandler {
  const [always, asReading] = [limitEvery(limiter), limitEvery(readers)];
  return async (c, next) => {
    const limited = openRoute(c.req.method, c.req.path)?.limited;
    if (limited === 'always') return always(c, next);
    if (limited === 'as_reading') return asReading(c, next);
    await next();
    if (c.res.status === 401 && !(await admits(limiter, 'refused', c))) c.res = tooMany(c);
  };
}

/** Stands behind the guard, which has found out who reads. */
export const limitReading =
  ({ readers }: Limiters): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const isOpen = openRoute(c.req.method, c.req.path) !== undefined;
    if (isOpen || !isNobody(c.get('viewer'))) return next();
    return limitEvery(readers)(c, next);
  };

export const limitEvery =
  (limiter: RateLimiter | null): MiddlewareHandler =>
  async (c, next) => {
    if (!(await admits(limiter, 'public', c))) return tooMany(c);
    return next();
  };

/** By nothing that the caller could choose. */
const admits = async (limiter: RateLimiter | null, what: string, c: Context): Promise<boolean> =>
  limiter === null || limiter.admits(`${what} ${c.req.header('cf-connecting-ip') ?? 'unknown'}`);

function tooMany(c: Context): Response {
  c.header('retry-after', String(PERIOD_SECONDS));
  return c.text('429: too many requests; try again in a minute', 429);
}
