// The other side of server.ts: starts the forge or the local Batch as a process, kills it, starts it again on the same
// port and folder, with its clock right or wrong.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

export interface ServerProcess<Facts> {
  /** What it said of itself at its first start. */
  readonly facts: Facts;
  /** By SIGKILL, with everything that it has started in its own group; resolves when it is gone. */
  kill(): Promise<void>;
  /** @param aheadMs how much its clock is ahead from now on; negative for behind */
  restart(aheadMs: number): Promise<void>;
  /** Sends it a message and waits for its answer. */
  ask(message: object): Promise<unknown>;
}

const PROGRAM = join(import.meta.dirname, 'server.ts');

export async function startServer<Facts>(
  kind: 'forge' | 'batch',
  options: object,
  logFile: string,
): Promise<ServerProcess<Facts>> {
  const start = async (aheadMs: number): Promise<{ child: ChildProcess; facts: Facts }> => {
    const log = openSync(logFile, 'a');
    const words = [PROGRAM, kind, JSON.stringify({ ...options, aheadMs })];
    const child = spawn(process.execPath, words, {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const [said] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`the ${kind} did not start; its log is ${logFile}`);
      }),
    ]);
    return { child, facts: said };
  };
  let { child, facts } = await start(0);
  const kill = async (): Promise<void> => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  };
  return {
    facts,
    kill,
    async restart(aheadMs) {
      await kill();
      ({ child } = await start(aheadMs));
    },
    async ask(message) {
      child.send(message);
      return (await once(child, 'message'))[0];
    },
  };
}
