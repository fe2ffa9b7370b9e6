// What every request passes through: the log of requests, the faults, and whoever watches. It knows which
// API a path belongs to and nothing of what the API means.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { Api, Faults, Order } from './faults.ts';
import type { Identity } from './grants.ts';
import type { Account } from './model/account.ts';
import type { Repository } from './repositories.ts';

/** What the handlers of the forge find in Hono's context. */
export interface ForgeEnv {
  Bindings: HttpBindings | Http2Bindings;
  Variables: {
    identity: Identity | null;
    actor: Account | null;
    repository: Repository;
    /** Ordered for this request: a read of the past. */
    staleSeconds?: number;
    /** Ordered for this request: so long it is under way, and counts as such. */
    delayMs?: number;
    /** Ordered for this request: a GraphQL field that is not to be had. */
    forbidden?: { readonly field: string; readonly message: string };
  };
}

export type ForgeContext = Context<ForgeEnv>;

export interface RequestEntry {
  readonly at: string;
  readonly api: Exclude<Api, 'webhook'>;
  readonly method: string;
  readonly path: string;
  /** 499 when the connection was cut. */
  readonly status: number;
  readonly ms: number;
}

/** A request to the API with the answer that the forge itself gives, before any fault. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly userAgent: string;
  readonly requestBody: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

const KEPT_MAX = 10_000;

export class RequestLog {
  entries: RequestEntry[] = [];

  add(entry: RequestEntry): void {
    this.entries.push(entry);
    if (this.entries.length > KEPT_MAX) this.entries.shift();
  }
}

const GIT_PATH = /^\/[^/]+\/[^/]+\.git\//;
const REST_PATH =
  /^\/(app|app-manifests|installation|orgs|rate_limit|repos|repositories|user|users)(\/|$)/;

export const isRestPath = (path: string): boolean => REST_PATH.test(path);

/** null for the forge's own pages and control routes. */
function apiOf(path: string): RequestEntry['api'] | null {
  if (path === '/graphql') return 'graphql';
  if (isRestPath(path)) return 'rest';
  return GIT_PATH.test(path) ? 'git' : null;
}

interface Parts {
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: () => Date;
  readonly onExchange: ((exchange: Exchange) => void) | null;
  /** Called after everything that may have changed something; the answer waits for it. */
  readonly onChange: () => Promise<void>;
}

export function traffic(parts: Parts): MiddlewareHandler<ForgeEnv> {
  const { log, clock, onChange } = parts;
  return async (c, next) => {
    const api = apiOf(c.req.path);
    const start = performance.now();
    const at = clock().toISOString();
    const { pathname, search } = new URL(c.req.url);
    const path = `${pathname}${search}`;
    if (api === null) await next();
    else await withFaults(c, next, parts, api, path);
    if (c.req.method !== 'GET') await onChange();
    if (api === null) return;
    const ms = Math.round(performance.now() - start);
    log.add({ at, api, method: c.req.method, path, status: c.res.status, ms });
  };
}

async function withFaults(
  c: ForgeContext,
  next: Next,
  parts: Parts,
  api: RequestEntry['api'],
  path: string,
): Promise<void> {
  const line = `${c.req.method} ${path}`;
  const text = api === 'graphql' ? `${line} ${await c.req.text()}` : line;
  const asked = { method: c.req.method, text, client: c.req.header('user-agent') ?? '' };
  const before = parts.faults.take(api, 'before', asked);
  if (before?.kind === 'delay' && api !== 'git') c.set('delayMs', before.ms);
  else if (before !== null && (await obey(c, before)) === 'answered') return;
  await next();
  if (parts.onExchange !== null && api !== 'git') await show(c, path, parts.onExchange);
  const after = parts.faults.take(api, 'after', asked);
  if (after === null) return;
  // It happened; of the true answer nothing must be left waiting for a reader.
  if (after.kind !== 'delay') await c.res.body?.cancel();
  await obey(c, after);
}

async function show(
  c: ForgeContext,
  path: string,
  onExchange: (exchange: Exchange) => void,
): Promise<void> {
  const answer = c.res.clone();
  const isBodiless = c.req.method === 'GET' || c.req.method === 'HEAD';
  onExchange({
    method: c.req.method,
    path,
    userAgent: c.req.header('user-agent') ?? '',
    requestBody: isBodiless ? '' : await c.req.text(),
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.text(),
  });
}

async function obey(c: ForgeContext, order: Order): Promise<'answered' | 'goes on'> {
  switch (order.kind) {
    case 'delay':
      await sleep(order.ms);
      return 'goes on';
    case 'stale':
      c.set('staleSeconds', order.seconds);
      return 'goes on';
    case 'forbid':
      c.set('forbidden', order);
      return 'goes on';
    case 'drop':
      c.env.incoming.socket.destroy();
      c.res = new Response(null, { status: 499 });
      return 'answered';
    case 'hang':
      // Until whoever asked hangs up, or the forge closes.
      await new Promise((resolve) => c.env.incoming.socket.once('close', resolve));
      c.res = new Response(null, { status: 499 });
      return 'answered';
    case 'answer': {
      const text = typeof order.body === 'string' ? order.body : JSON.stringify(order.body);
      const headers = { 'content-type': 'application/json; charset=utf-8', ...order.headers };
      c.res = undefined;
      c.res = new Response(order.status === 204 ? null : text, { status: order.status, headers });
      return 'answered';
    }
    case 'fail':
    case 'duplicate':
    case 'overtaken':
      throw new Error(`${order.kind} is for webhooks`);
  }
}
