// Plants one bug in a copy of the program, and lets the simulator of that copy look for it. The program
// itself is only read.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { keptSeedOf } from '../history/seeds.ts';
import { mishap } from '../run/mishap.ts';
import type { PlantedBug } from './planted-bug.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const COPIED = ['package.json', 'src', 'schemas', 'scripts/sim'];
/** A bug that makes a history endless is found by nobody. */
const LONGEST_HUNT_MS = 15 * 60_000;

const Found = z.object({ seed: z.number(), invariant: z.string() }).nullable();

export interface Hunt {
  readonly bug: PlantedBug;
  /** null when no seed found it. */
  readonly found: z.infer<typeof Found>;
  /** Why it was not found; null when it was. */
  readonly why: string | null;
  readonly seconds: number;
}

/** @returns the file with the bug in it. @throws when its place is not there, or there twice */
export function planted({ name, file, was, becomes }: PlantedBug): string {
  const [before, after, ...more] = readFileSync(join(PROJECT, file), 'utf8').split(was);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`"${name}" has no single place in ${file}: ${was}`);
  return before + becomes + after;
}

/** @param seeds so many are run, from 1, unless one finds it before; first of all the one that is kept of it */
export async function hunt(bug: PlantedBug, seeds: number): Promise<Hunt> {
  const begin = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-planted-'));
  try {
    for (const path of COPIED) cpSync(join(PROJECT, path), join(folder, path), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, bug.file), planted(bug));
    const kept = keptSeedOf(bug.sentence);
    const options = [`1-${seeds}`, ...(kept === null ? [] : [`${kept}-${kept}`])].toReversed();
    const end = await firstViolation(folder, [bug.racing ? 'racing' : 'calm', ...options]);
    return { bug, ...end, seconds: (performance.now() - begin) / 1_000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A copy that crashes has found nothing, nor has one that never ends. */
async function firstViolation(
  folder: string,
  options: readonly string[],
): Promise<Pick<Hunt, 'found' | 'why'>> {
  const script = join(folder, 'scripts/sim/planted/first-violation.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...options], {
      cwd: folder,
      timeout: LONGEST_HUNT_MS,
    });
    const found = Found.parse(JSON.parse(stdout));
    if (found?.invariant === mishap.name) return { found: null, why: 'the simulator failed' };
    return { found, why: found ? null : 'no seed found it' };
  } catch (error) {
    const isLate = error instanceof Error && 'killed' in error && error.killed === true;
    return { found: null, why: isLate ? 'it took too long' : `it crashed: ${lastWords(error)}` };
  }
}

/** The error of a process that died is in the last of its lines that names one. */
const lastWords = (error: unknown): string =>
  String(error)
    .split('\n')
    .findLast((line) => /^\w*Error\b/.test(line)) ?? 'without a word';
