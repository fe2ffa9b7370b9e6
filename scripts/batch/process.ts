/**
 * Runs one command in a process group of its own and makes sure that the whole group is gone
 * afterwards. Knows nothing of jobs or batches.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** From the polite SIGTERM to SIGKILL. */
const graceMs = 2000;

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** stdout and stderr are appended here, in the order in which they were written. */
  readonly logPath: string;
  /** null = as long as it likes. */
  readonly timeoutMs: number | null;
  /** Ends the group: politely first when the reason is `cancelled`, else at once. */
  readonly signal: AbortSignal;
}

/** Codes as a shell reports them: 127 not found, 126 not startable, 128+N killed by signal N. */
export type Ended = { kind: 'exited'; code: number } | { kind: 'timed_out' } | { kind: 'aborted' };

export async function runCommand(command: Command): Promise<Ended> {
  if (command.signal.aborted) return { kind: 'aborted' };
  let timedOut = false;
  let child: ReturnType<typeof spawn>;
  const [file = '', ...args] = command.argv;
  const log = openSync(command.logPath, 'a');
  try {
    const { cwd, env } = command;
    child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  } catch (error) {
    return unstartable(command, error);
  } finally {
    closeSync(log);
  }
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    const atOnce = command.signal.aborted && command.signal.reason !== 'cancelled';
    signalGroup(child.pid, atOnce ? 'SIGKILL' : 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs));
  };
  command.signal.addEventListener('abort', stop);
  if (command.timeoutMs !== null) {
    const expire = (): void => {
      timedOut = true;
      stop();
    };
    timers.push(setTimeout(expire, command.timeoutMs));
  }
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) =>
        resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)),
      );
    });
    // What the command left running in the background ends with it, as in a container.
    signalGroup(child.pid, 'SIGKILL');
    if (command.signal.aborted) return { kind: 'aborted' };
    return timedOut ? { kind: 'timed_out' } : { kind: 'exited', code };
  } catch (error) {
    return unstartable(command, error);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    command.signal.removeEventListener('abort', stop);
  }
}

/**
 * Kills every process that carries `name` with one of these values in its environment: what left
 * its process group, or outlived the program that started it. Linux only; elsewhere does nothing.
 */
export function killByEnvironment(name: string, values: ReadonlySet<string>): void {
  // A process may fork while the list is read, so look until nothing is found.
  for (let round = 0; round < 10; round += 1) {
    const found = processIds().filter((pid) => values.has(environmentValue(pid, name) ?? ''));
    if (found.length === 0) return;
    for (const pid of found) sendSignal(pid, 'SIGKILL');
  }
}

function unstartable(command: Command, error: unknown): Ended {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = code === 'ENOENT' ? 'not found' : String(error);
  appendFileSync(command.logPath, `${command.argv[0]}: ${why}\n`);
  return { kind: 'exited', code: code === 'ENOENT' ? 127 : 126 };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined) sendSignal(-pid, signal);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}

function processIds(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

function environmentValue(pid: number, name: string): string | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined; // Ended meanwhile, or somebody else's: not one of ours.
  }
}
