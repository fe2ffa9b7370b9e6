// Runs a bundle of Sluice in workerd and nothing beside it, so that what is killed and what is measured is the one
// process. It knows nothing of what Sluice does.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle } from './bundle.ts';

export interface WorkerdSettings {
  readonly bundle: Bundle;
  readonly port: number;
  /** Where the objects' SQLite is; made when it is not there. */
  readonly storage: string;
  readonly logFile: string;
  /** The Worker's settings and secrets by name; they are passed by the environment. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface WorkerdProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves once it is gone, with how it ended. */
  readonly ended: Promise<string>;
  /** @throws when it ends before it answers, or does not for a minute */
  ready(): Promise<void>;
  /** By SIGKILL, so that it cannot tidy up; resolves when it is gone. */
  kill(): Promise<void>;
  /** By SIGTERM, as who puts another version in its place: it may finish what it answers. Resolves when it is gone. */
  retire(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const RETIRED_WITHIN_MS = 1_000;
/** The program itself: what the package calls its binary is a script of Node that starts it. */
const WORKERD: string = createRequire(import.meta.url)('workerd').default;

export function spawnWorkerd(settings: WorkerdSettings): WorkerdProcess {
  const { bundle, port, storage, variables } = settings;
  mkdirSync(storage, { recursive: true });
  const file = join(bundle.folder, `workerd-${port}.capnp`);
  writeFileSync(file, configuration(settings));
  const log = openSync(settings.logFile, 'a');
  const child = spawn(WORKERD, ['serve', file], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...variables },
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const url = `http://127.0.0.1:${port}`;
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    ready: () => untilHealthy(url, child, settings.logFile),
    kill,
    async retire() {
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(RETIRED_WITHIN_MS, null, { ref: false })]);
      await kill();
    },
  };
}

/** In workerd's own language; what its words mean is in node_modules/workerd/workerd.capnp. */
function configuration({ bundle, port, storage, variables }: WorkerdSettings): string {
  const [entry, ...others] = bundle.modules;
  const modules = [
    `(name = "${entry}", esModule = embed "${entry}")`,
    ...others.map((name) => {
      const kind = name.endsWith('.wasm') ? 'wasm' : 'text';
      return `(name = "./${name}", ${kind} = embed "${name}")`;
    }),
  ];
  const bindings = [
    ...Object.keys(variables).map((name) => `(name = "${name}", fromEnvironment = "${name}")`),
    '(name = "BRANCH", durableObjectNamespace = "WatchedBranch")',
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "sluice", worker = .sluice),
    (name = "storage", disk = (path = ${JSON.stringify(storage)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "sluice")],
);
const sluice :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  compatibilityDate = "${bundle.compatibilityDate}",
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [
    (className = "WatchedBranch", uniqueKey = "sluice-WatchedBranch", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}

async function untilHealthy(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const log = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
      throw new Error(`workerd did not start.\n${log}`);
    }
    if (await isHealthy(url)) return;
    await sleep(30);
  }
  throw new Error(`workerd did not answer within a minute; its log is ${logFile}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthcheck`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    // Nobody listens yet: the caller is waiting for exactly this to change.
    return false;
  }
}
