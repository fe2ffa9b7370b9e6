// The whole system with every part in a process of its own that can be killed alone: Sluice in workerd, the forge, the
// local Batch. Kubernetes and the live site, which are not killed, are in this process.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalBatch } from '../batch/local-batch.ts';
import type { Forge } from '../forge/forge.ts';
import type { Closing } from '../start/closing.ts';
import type { SluiceProcess, SluiceSettings } from '../start/sluice-process.ts';
import { portsFrom, type Stack, startStack } from '../start/stack.ts';
import { spawnWorkerd, type WorkerdProcess } from '../workerd/workerd-process.ts';
import { makeRepository } from './project.ts';
import { type Built, buildReleases, type Release } from './releases.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export type Part = 'workerd' | 'forge' | 'batch';

export interface Town {
  readonly stack: Stack;
  /** The folder of the objects' SQLite. */
  readonly storage: string;
  /** SIGKILL, and started again at once. */
  kill(part: Part): Promise<void>;
  /** Another Sluice takes the place of the one that runs, on its port and storage, as at a deployment. */
  replaceSluice(): Promise<void>;
  /** Null: there is only the present program. */
  readonly upgrades: Upgrades | null;
  /** From its next start on, its clock is wrong by so much. */
  skew(part: 'forge' | 'batch', aheadMs: number): void;
}

export interface Upgrades {
  /** What the next start of Sluice starts, whyever it comes. */
  install(release: Release): void;
  readonly installed: Release;
}

/** The API is asked often, so that a story does not wait for what has long happened. */
const POLL_EVERY_SECONDS = 3;

export interface TownPlan {
  /** The build.yaml of its repository, if it is not that of the stories. */
  readonly build?: string;
  /** A commit of this repository whose program takes turns with the present one. */
  readonly earlier?: string | null;
}

export async function startTown(
  home: string,
  firstPort: number,
  closing: Closing,
  { build, earlier = null }: TownPlan = {},
): Promise<Town> {
  const logs = join(home, 'logs');
  const storage = join(home, 'state', 'sluice');
  for (const folder of [logs, storage, join(home, 'work')]) mkdirSync(folder, { recursive: true });
  const source = join(home, 'work', 'source');
  await makeRepository(source, build);
  const releases = await buildReleases(join(home, 'work'), earlier);
  let installed: Release = 'present';
  const restarts = new Map<Part | 'successor', () => Promise<void>>();
  const skews = { forge: 0, batch: 0 };

  const server = async <Facts>(kind: 'forge' | 'batch', options: object) => {
    const running = await startServer<Facts>(kind, options, join(logs, `${kind}.log`));
    restarts.set(kind, () => running.restart(skews[kind]));
    return running;
  };
  const built = (): Built => releases[installed] ?? releases.present;
  const upgrades: Upgrades = {
    install: (release) => {
      installed = release;
    },
    get installed() {
      return installed;
    },
  };
  const stack = await startStack({
    home,
    ports: await portsFrom(firstPort),
    as: 'token',
    closing,
    pollEverySeconds: POLL_EVERY_SECONDS,
    repository: { owner: 'acme', name: 'mill', branch: 'main', deploys: true, mirrorOf: source },
    hosts: {
      forge: async (options) => forgeOf(await server('forge', options)),
      batch: async (options) => batchOf(await server('batch', options)),
      sluice: (settings) => {
        const { successor, ...sluice } = sluiceIn(built, storage, settings);
        restarts.set('workerd', sluice.crashAndRestart).set('successor', successor);
        return sluice;
      },
    },
  });
  return {
    stack,
    storage,
    kill: async (part) => restarts.get(part)?.(),
    upgrades: releases.earlier ? upgrades : null,
    replaceSluice: async () => restarts.get('successor')?.(),
    skew: (part, aheadMs) => {
      skews[part] = aheadMs;
    },
  };
}

/** What the forge can be asked for over its port alone is all there is of it here. */
function forgeOf(running: ServerProcess<Pick<Forge, 'url'>>): Forge {
  const { url } = running.facts;
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${url}/_forge/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  return {
    ...running.facts,
    secureUrl: '',
    caPath: '',
    async createRepository(wanted) {
      const { error } = (await running.ask(wanted)) as { error: string | null };
      if (error !== null) throw new Error(error);
    },
    fork: (wanted) => post('forks', wanted),
    gitUrl: (repository) => `${url}/${repository}.git`,
    idle: () => Promise.resolve(),
    close: () => running.kill(),
  };
}

const batchOf = (running: ServerProcess<Omit<LocalBatch, 'close'>>): LocalBatch => ({
  ...running.facts,
  close: () => running.kill(),
});

function sluiceIn(
  built: () => Built,
  storage: string,
  settings: SluiceSettings,
): SluiceProcess & { successor(): Promise<void> } {
  const { port, config, secrets, home } = settings;
  const logFile = join(home, 'logs', 'sluice.log');
  const launch = (): WorkerdProcess => {
    const release = built();
    const variables = { ...secrets, SLUICE_CONFIG: JSON.stringify(release.settings(config)) };
    return spawnWorkerd({ bundle: release.bundle, port, storage, logFile, variables });
  };
  let current = launch();
  const after = async (end: 'kill' | 'retire'): Promise<void> => {
    await current[end]();
    current = launch();
    await current.ready();
  };
  return {
    url: current.url,
    logFile,
    died: Promise.withResolvers<string>().promise,
    ready: () => current.ready(),
    crashAndRestart: () => after('kill'),
    successor: () => after('retire'),
    stop: () => current.kill(),
  };
}
