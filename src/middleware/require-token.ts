// Lets a request through only with the given bearer token. Hono compares it in constant time.
import type { MiddlewareHandler } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';

const REFUSAL = '401: expected Authorization: Bearer with the manage token';

export const requireToken = (token: string): MiddlewareHandler =>
  bearerAuth({
    token,
    noAuthenticationHeader: { message: REFUSAL },
    invalidAuthenticationHeader: { message: REFUSAL },
    invalidToken: { message: REFUSAL },
  });
