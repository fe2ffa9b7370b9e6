/**
 * Keeps two servers from writing into one folder. The lock names the process that holds it, so that
 * one left behind by a kill is not in the way.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those of this process: a number alone may have been another's, in a container that was restarted. */
const ours = new Set<string>();

/** @returns what gives the folder up again. @throws {Error} naming the process that has it */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const holder = holderOf(path);
  const isHeld = holder === process.pid ? ours.has(path) : holder !== null && isAlive(holder);
  if (isHeld) {
    throw new Error(
      `${folder} is in use by process ${holder}: choose another folder, or remove ${path} ` +
        'if that process is something else',
    );
  }
  writeFileSync(path, `${process.pid}\n`);
  ours.add(path);
  return () => {
    ours.delete(path);
    rmSync(path, { force: true });
  };
}

function holderOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // Nobody holds it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
