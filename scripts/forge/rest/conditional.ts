// Conditional requests: every answer to a GET has an ETag, and whoever brings it back gets a 304. As on
// GitHub the ETag belongs to the token: with another one, the same answer has another.

import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ForgeEnv } from '../traffic.ts';

export const conditional: MiddlewareHandler<ForgeEnv> = async (c, next) => {
  await next();
  if (c.req.method !== 'GET' || c.res.status !== 200) return;
  const body = Buffer.from(await c.res.arrayBuffer());
  const [, token = ''] = /^\S+ (.+)$/.exec(c.req.header('authorization') ?? '') ?? [];
  const hash = createHash('sha256').update(token).update(body);
  const etag = `W/"${hash.digest('hex')}"`;
  const headers = new Headers(c.res.headers);
  headers.set('etag', etag);
  headers.set('vary', 'Accept, Authorization, Cookie, X-GitHub-OTP');
  const isKnown = (c.req.header('if-none-match') ?? '')
    .split(',')
    .some((known) => known.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''));
  if (isKnown) headers.delete('content-length');
  c.res = undefined;
  c.res = isKnown
    ? new Response(null, { status: 304, headers })
    : new Response(body, { status: 200, headers });
};
