// Runs Sluice in workerd: starts `wrangler dev` in a process group of its own, says when it
// answers, and ends the whole group. It knows nothing of what Sluice does.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SluiceSettings {
  /** Folder for its state, logs and settings file. */
  readonly home: string;
  readonly port: number;
  /** The configuration, passed as JSON in the variable SLUICE_CONFIG. */
  readonly config: object;
  /** The Worker's secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface SluiceProcess {
  readonly url: string;
  readonly logFile: string;
  /** Resolves when it answers. @throws when it ends before, or is silent for a minute. */
  ready(): Promise<void>;
  /** Resolves when it ends without being asked to, with a sentence and the log's last lines. */
  readonly died: Promise<string>;
  /** Ends it as a crash would (SIGKILL) and starts it again on the same port and state. */
  crashAndRestart(): Promise<void>;
  /** Ends it and all its children; resolves when they are gone. */
  stop(): Promise<void>;
}

const PROJECT = join(import.meta.dirname, '..', '..');
const GUARD = join(import.meta.dirname, 'guard.ts');
const WRANGLER = join(PROJECT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const READY_WITHIN_MS = 60_000;
const TERMINATE_WITHIN_MS = 4_000;
const LOG_TAIL_LINES = 25;

/** Starts it without waiting for it, so that the caller can end it from the first moment on. */
export function spawnSluice(settings: SluiceSettings): SluiceProcess {
  const url = `http://127.0.0.1:${settings.port}`;
  const logFile = join(settings.home, 'logs', 'sluice.log');
  const died = Promise.withResolvers<string>();
  mkdirSync(join(settings.home, 'logs'), { recursive: true });
  writeVariables(settings);

  const launch = (): Running => {
    const running = spawnWrangler(settings, logFile);
    void running.ended.then((how) => {
      if (!running.stopping) died.resolve(`Sluice ended by itself (${how}).\n${logTail(logFile)}`);
    });
    return running;
  };
  let current = launch();
  return {
    url,
    logFile,
    died: died.promise,
    ready: () => untilHealthy(url, current, logFile),
    async crashAndRestart() {
      await end(current, 'SIGKILL');
      current = launch();
      await untilHealthy(url, current, logFile);
    },
    stop: () => end(current, 'SIGTERM'),
  };
}

interface Running {
  readonly process: ChildProcess;
  /** How it ended: a signal or an exit code, in words. */
  readonly ended: Promise<string>;
  hasEnded: boolean;
  stopping: boolean;
}

function spawnWrangler({ home, port }: SluiceSettings, logFile: string): Running {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [GUARD, ...wranglerArguments(home, port)], {
    cwd: PROJECT,
    detached: true,
    stdio: ['pipe', log, log],
    env: {
      ...process.env,
      CI: '1',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      NO_COLOR: '1',
      WRANGLER_HIDE_BANNER: 'true',
      WRANGLER_LOG_PATH: join(home, 'logs'),
      WRANGLER_REGISTRY_PATH: join(home, 'state', 'registry'),
      WRANGLER_SEND_METRICS: 'false',
    },
  });
  closeSync(log);
  const ended = Promise.withResolvers<string>();
  const running: Running = {
    process: child,
    ended: ended.promise,
    hasEnded: false,
    stopping: false,
  };
  const end = (how: string): void => {
    running.hasEnded = true;
    ended.resolve(how);
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  return running;
}

function wranglerArguments(home: string, port: number): string[] {
  return [
    ...[WRANGLER, 'dev', '--local', '--show-interactive-dev-session=false'],
    ...['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'],
    ...['--persist-to', join(home, 'state', 'sluice'), '--env-file', join(home, 'dev.vars')],
  ];
}

/** The settings file that wrangler reads; readable by its owner only, since it holds secrets. */
function writeVariables({ home, config, secrets }: SluiceSettings): void {
  // wrangler expands $NAME even in single quotes, and a quote would end the value; JSON can
  // write both as escapes.
  const json = JSON.stringify(config).replaceAll("'", '\\u0027').replaceAll('$', '\\u0024');
  const lines = Object.entries({ ...secrets, SLUICE_CONFIG: json });
  const text = lines.map(([name, value]) => `${name}='${value}'\n`).join('');
  writeFileSync(join(home, 'dev.vars'), text, { mode: 0o600 });
}

async function untilHealthy(url: string, running: Running, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (running.hasEnded) {
      throw new Error(`Sluice did not start (${await running.ended}).\n${logTail(logFile)}`);
    }
    if (await isHealthy(url)) return;
    await sleep(100);
  }
  throw new Error(`Sluice did not answer within a minute.\n${logTail(logFile)}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthcheck`, { signal: AbortSignal.timeout(5_000) });
    return response.ok;
  } catch {
    // Nobody listens yet: the caller is waiting for exactly this to change.
    return false;
  }
}

async function end(running: Running, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  running.stopping = true;
  if (!running.hasEnded) {
    signalGroup(running, signal);
    await Promise.race([running.ended, sleep(TERMINATE_WITHIN_MS, null, { ref: false })]);
  }
  // Whatever is left of the group now has been asked and did not go.
  signalGroup(running, 'SIGKILL');
  await running.ended;
}

function signalGroup({ process: { pid } }: Running, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group is gone already, which is what a signal was to achieve.
  }
}

function logTail(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return [`Last lines of ${file}:`, ...lines.slice(-LOG_TAIL_LINES).map((l) => `  ${l}`)].join(
    '\n',
  );
}
