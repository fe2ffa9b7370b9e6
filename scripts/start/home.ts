// The folder that a run keeps its state, logs and report in. A run claims its folder, so that a
// second `npm start` in the same checkout cannot pull the state away from under the first.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLAIM = 'running.pid';
const ALSO = 'also-';
/** What a run makes in its folder; nothing else in it is ever removed. */
const CONTENTS = ['state', 'logs', 'work', 'dev.vars', 'report.json'];

/** Claims `folder` for this process. @returns false when another run that still lives has it. */
export function claimHome(folder: string): boolean {
  if (isTaken(folder)) return false;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, CLAIM), String(process.pid));
  return true;
}

function isTaken(folder: string): boolean {
  const claim = join(folder, CLAIM);
  return existsSync(claim) && isAnotherRun(Number(readFileSync(claim, 'utf8')));
}

/** The folder itself, or where that is taken the first of its sub-folders also-2, also-3, … */
export function claimFreeHome(folder: string): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? folder : join(folder, `${ALSO}${number}`);
    if (claimHome(candidate)) return candidate;
  }
}

export function releaseHome(folder: string): void {
  rmSync(join(folder, CLAIM), { force: true });
}

/** Removes what earlier runs left in the folder and in its also-* sub-folders. */
export function emptyHome(folder: string): void {
  for (const name of CONTENTS) rmSync(join(folder, name), { recursive: true, force: true });
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(ALSO))) {
    const also = join(folder, name);
    if (!isTaken(also)) rmSync(also, { recursive: true, force: true });
  }
}

/** Process numbers are used again, so the name of the program is compared too. */
function isAnotherRun(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('start.ts');
  } catch {
    // ps exits 1 when there is no such process.
    return false;
  }
}
