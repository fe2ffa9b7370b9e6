// A GitHub on this machine: real git repositories, the part of GitHub's API that a merge gate uses,
// signed webhooks, pages to act on pull requests. This file starts and stops it; it shares no code
// with the service that it is a witness for.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { control } from './control.ts';
import { Faults } from './faults.ts';
import { createGit } from './git.ts';
import { graphql } from './graphql/endpoint.ts';
import { pages } from './pages/actions.ts';
import { Refusal } from './refusal.ts';
import { refusalResponse } from './rest/access.ts';
import { rest } from './rest/api.ts';
import { judgePushes, smartHttp } from './smart-http.ts';
import { StateFile } from './state-file.ts';
import { type ForgeEnv, RequestLog, traffic } from './traffic.ts';
import { type Hook, Webhooks } from './webhooks.ts';
import { type NewRepository, type User, World } from './world.ts';

export interface ForgeOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Folder for the bare repositories and state.json; an earlier run is continued. */
  readonly root: string;
  /** Their tokens authenticate REST, GraphQL and pushes; ids are given out in this order. */
  readonly users: readonly User[];
  /** Every event of every repository goes to each. */
  readonly webhooks: readonly Hook[];
  readonly clock?: () => Date;
  readonly log?: (line: string) => void;
}

export interface Forge {
  readonly url: string;
  /** Throws when the name is taken or the mirrored repository lacks the default branch. */
  createRepository(wanted: NewRepository): Promise<void>;
  /** @param wanted.from `owner/name` */
  fork(wanted: { readonly from: string; readonly owner: string }): Promise<void>;
  /** @param repository `owner/name` */
  gitUrl(repository: string): string;
  /** Resolves when no change and no webhook delivery is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startForge(options: ForgeOptions): Promise<Forge> {
  const clock = options.clock ?? (() => new Date());
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const root = resolve(options.root);
  mkdirSync(root, { recursive: true });
  // The URL is part of every answer, so the port comes first and requests wait until all is there.
  const ready = Promise.withResolvers<Hono<ForgeEnv>>();
  const { server, port } = await listen(ready.promise, host, options.port);
  const url = `http://${host}:${port}`;
  const faults = new Faults();
  const requests = new RequestLog();
  const webhooks = new Webhooks(options.webhooks, faults, clock, log);
  const file = new StateFile(join(root, 'state.json'));
  const git = createGit(root);
  const emit = webhooks.send.bind(webhooks);
  const world = new World({ root, url, git, file, users: options.users, clock, emit });
  await world.open();
  ready.resolve(appOf({ world, faults, requests, webhooks, clock, log }));
  webhooks.ping();
  log(`forge at ${url}`);
  return {
    url,
    createRepository: async (wanted) => void (await world.createRepository(wanted)),
    fork: async ({ from, owner }) => void (await world.fork(from, owner)),
    gitUrl: (repository) => `${url}/${repository}.git`,
    idle: async () => {
      await world.settled();
      await webhooks.idle();
    },
    close: async () => {
      webhooks.close();
      await stop(server);
      await world.settled();
      await world.trials.settled();
      world.close();
      await file.close();
    },
  };
}

interface Parts {
  readonly world: World;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly webhooks: Webhooks;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

function appOf(parts: Parts): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const { world, faults, requests, webhooks, clock, log } = parts;
  app.use(traffic(faults, requests, clock));
  app.onError((error, c) => {
    if (error instanceof Refusal) return refusalResponse(c, error);
    log(`${c.req.method} ${c.req.path}: ${error.stack}`);
    return c.json({ message: `The forge has a fault: ${error.message}` }, 500);
  });
  app.route('/', rest(world, clock));
  app.route('/', graphql(world, clock, log));
  app.route('/', control(world, faults, requests, webhooks));
  app.route('/', judgePushes(world));
  app.route('/', smartHttp(world));
  app.route('/', pages(world));
  return app;
}

function listen(
  app: Promise<Hono<ForgeEnv>>,
  hostname: string,
  port: number,
): Promise<{ server: ServerType; port: number }> {
  const answer = async (request: Request, env: ForgeEnv['Bindings']) =>
    (await app).fetch(request, env);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: answer, hostname, port }, (address) =>
      resolve({ server, port: address.port }),
    );
    server.on('error', reject);
  });
}

function stop(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
