// What every request passes through: the log of requests, and the faults. It knows which API a path
// belongs to and nothing of what the API means.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { Api, Faults, Order } from './faults.ts';
import type { Account } from './model.ts';
import type { Repository } from './world.ts';

/** What the handlers of the forge find in Hono's context. */
export interface ForgeEnv {
  Bindings: HttpBindings | Http2Bindings;
  Variables: { actor: Account | null; repository: Repository };
}

export type ForgeContext = Context<ForgeEnv>;

export interface RequestEntry {
  readonly at: string;
  readonly api: Exclude<Api, 'webhook'>;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
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

/** null for the forge's own pages and control routes. */
function apiOf(path: string): RequestEntry['api'] | null {
  if (path === '/graphql') return 'graphql';
  if (path === '/user' || path.startsWith('/repos/')) return 'rest';
  return GIT_PATH.test(path) ? 'git' : null;
}

export function traffic(
  faults: Faults,
  log: RequestLog,
  clock: () => Date,
): MiddlewareHandler<ForgeEnv> {
  return async (c, next) => {
    const api = apiOf(c.req.path);
    if (api === null) return next();
    const start = performance.now();
    const at = clock().toISOString();
    const { pathname, search } = new URL(c.req.url);
    await withFaults(c, next, faults, api, `${c.req.method} ${pathname}${search}`);
    const ms = Math.round(performance.now() - start);
    const path = `${pathname}${search}`;
    log.add({ at, api, method: c.req.method, path, status: c.res.status, ms });
  };
}

async function withFaults(
  c: ForgeContext,
  next: Next,
  faults: Faults,
  api: Api,
  line: string,
): Promise<void> {
  const text = api === 'graphql' ? `${line} ${await c.req.text()}` : line;
  const before = faults.take(api, 'before', c.req.method, text);
  if (before !== null && (await obey(c, before)) === 'answered') return;
  await next();
  const after = faults.take(api, 'after', c.req.method, text);
  if (after === null) return;
  // It happened; of the true answer nothing must be left waiting for a reader.
  if (after.kind !== 'delay') await c.res.body?.cancel();
  await obey(c, after);
}

async function obey(c: ForgeContext, order: Order): Promise<'answered' | 'goes on'> {
  switch (order.kind) {
    case 'delay':
      await sleep(order.ms);
      return 'goes on';
    case 'drop':
      c.env.incoming.socket.destroy();
      c.res = new Response(null, { status: 499 });
      return 'answered';
    case 'answer': {
      const text = typeof order.body === 'string' ? order.body : JSON.stringify(order.body);
      const headers = { 'content-type': 'application/json; charset=utf-8', ...order.headers };
      c.res = undefined;
      c.res = new Response(order.status === 204 ? null : text, { status: order.status, headers });
      return 'answered';
    }
  }
}
