// A GitHub on this machine: real git repositories, the part of GitHub's API that a merge gate uses,
// signed webhooks, pages to act on pull requests. This file starts and stops it; it shares no code
// with the service that it is a witness for.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { loopbackCertificate } from '../local-server/certificate.ts';
import { type Listening, listen } from '../local-server/listen.ts';
import { lockFolder } from '../local-server/lock.ts';
import type { User } from './accounts.ts';
import { AppManifests } from './app-manifests.ts';
import { catchUp } from './catch-up.ts';
import { isoSeconds } from './commit.ts';
import { control } from './control.ts';
import { Deliveries } from './deliveries.ts';
import { Faults } from './faults.ts';
import { ForgeClock } from './forge-clock.ts';
import { createGit } from './git.ts';
import { graphql } from './graphql/endpoint.ts';
import { furnishHooks, type GivenHook } from './hooks.ts';
import { RateLimits } from './limits.ts';
import { OAuth, type OAuthApp } from './oauth.ts';
import { pages } from './pages/actions.ts';
import { authorize } from './pages/authorize.ts';
import { manifestPages } from './pages/manifest.ts';
import { Refusal } from './refusal.ts';
import type { NewRepository } from './repositories.ts';
import { refusalResponse } from './rest/access.ts';
import { rest } from './rest/api.ts';
import { smartHttp } from './smart-http.ts';
import { StateFile } from './state-file.ts';
import { type Exchange, type ForgeEnv, RequestLog, traffic } from './traffic.ts';
import { Webhooks } from './webhooks.ts';
import { World } from './world.ts';

export interface ForgeOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Folder for the bare repositories and state.json; an earlier run is continued. */
  readonly root: string;
  /** Their tokens authenticate REST, GraphQL and pushes; ids are given out in this order. */
  readonly users: readonly User[];
  /** Hooks that every repository gets. */
  readonly webhooks: readonly GivenHook[];
  /** That people may sign in to, by the web flow of OAuth. */
  readonly oauthApps?: readonly OAuthApp[];
  readonly clock?: () => Date;
  readonly log?: (line: string) => void;
  /** Hears of every API request with the answer that the forge itself gave to it. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface Forge {
  readonly url: string;
  /** The same port, for clients that want TLS. */
  readonly secureUrl: string;
  /** The certificate that such a client has to trust. */
  readonly caPath: string;
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

/** @throws when the port is taken, or the root is in use or holds something else. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const host = options.host ?? '127.0.0.1';
  const root = resolve(options.root);
  mkdirSync(root, { recursive: true });
  const unlock = lockFolder(root);
  // The URL is part of every answer, so the port comes first and requests wait until all is there.
  const ready = Promise.withResolvers<Hono<ForgeEnv>>();
  const clock = new ForgeClock(options.clock ?? (() => new Date()));
  const certificate = loopbackCertificate(join(root, 'tls'), clock.now().getTime());
  let listening: Listening;
  try {
    const listener = getRequestListener(async (request, env) =>
      (await ready.promise).fetch(request, env),
    );
    const serve = (...pair: Parameters<typeof listener>): void => void listener(...pair);
    listening = await listen(serve, { port: options.port, host, tls: certificate });
  } catch (error) {
    unlock();
    throw error;
  }
  const url = `http://${host}:${listening.port}`;
  const parts = await open(options, root, url, clock).catch(async (error: unknown) => {
    await listening.close();
    unlock();
    throw error;
  });
  const { world, webhooks, file } = parts;
  for (const { record } of world.repositories) {
    furnishHooks(file, record, options.webhooks, world.now());
  }
  ready.resolve(appOf(parts));
  return {
    url,
    secureUrl: `https://${host}:${listening.port}`,
    caPath: certificate.path,
    createRepository: async (wanted) => void (await world.createRepository(wanted)),
    fork: async ({ from, owner }) => void (await world.fork(from, owner)),
    gitUrl: (repository) => `${url}/${repository}.git`,
    idle: async () => {
      await world.settled();
      await webhooks.idle();
    },
    close: async () => {
      await webhooks.close();
      await listening.close();
      await world.settled();
      await world.trials.settled();
      world.close();
      await file.close();
      unlock();
    },
  };
}

type Parts = ReturnType<typeof assemble>;

async function open(...given: Parameters<typeof assemble>): Promise<Parts> {
  const parts = assemble(...given);
  await parts.world.open();
  await catchUp(parts.world);
  return parts;
}

function assemble(options: ForgeOptions, root: string, url: string, clock: ForgeClock) {
  const log = options.log ?? (() => undefined);
  const nowMs = () => clock.now().getTime();
  const faults = new Faults(nowMs);
  const file = new StateFile(join(root, 'state.json'));
  const oldestMs = () => nowMs() - file.state.limits.delivery_history_days * 86_400_000;
  const deliveries = new Deliveries(join(root, 'deliveries.jsonl'), oldestMs);
  const webhooks = new Webhooks({ file, deliveries, faults, clock: clock.now, log });
  const world = new World({
    root,
    url,
    git: createGit(root),
    file,
    users: options.users,
    clock: clock.now,
    emit: (event) => webhooks.send(event),
    furnish: (record) => furnishHooks(file, record, options.webhooks, isoSeconds(clock.now())),
  });
  const limits = new RateLimits(() => file.state.limits, nowMs);
  const requests = new RequestLog();
  const onExchange = options.onExchange ?? null;
  const oauth = new OAuth(world, options.oauthApps ?? [], nowMs);
  const manifests = new AppManifests(world, nowMs);
  const parts = { oauth, world, faults, file, deliveries, webhooks, manifests };
  return { ...parts, limits, requests, clock, log, onExchange };
}

function appOf(parts: Parts): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const { oauth, world, file, faults, requests, limits, clock, log, onExchange } = parts;
  const onChange = () => {
    world.past.keep(world.repositories);
    return file.saved();
  };
  app.use(traffic({ faults, log: requests, clock: clock.now, onExchange, onChange }));
  app.onError((error, c) => {
    if (error instanceof Refusal) return refusalResponse(c, error);
    log(`${c.req.method} ${c.req.path}: ${error.stack}`);
    return c.json({ message: `The forge has a fault: ${error.message}` }, 500);
  });
  app.route('/', control(parts));
  app.route('/', rest(parts));
  app.route('/', graphql(world, limits, log));
  app.route('/', smartHttp(world));
  app.route('/', authorize(world, oauth));
  app.route('/', manifestPages(world, parts.manifests));
  app.route('/', pages(world));
  return app;
}
