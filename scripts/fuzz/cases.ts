// What was found once is kept, one file a case, in a folder for each door, and tried again by the tests.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest } from '../../src/core/digest.ts';

const CASES = join(import.meta.dirname, '..', '..', 'test', 'fuzz', 'cases');

/** @returns the file's name from the project's top */
export function keep(door: string, input: string): string {
  const folder = join(CASES, door);
  mkdirSync(folder, { recursive: true });
  const name = `${digest(input).slice(0, 12)}.txt`;
  writeFileSync(join(folder, name), input);
  return `test/fuzz/cases/${door}/${name}`;
}

/** By the file's name. */
export function keptCases(door: string): readonly (readonly [name: string, input: string])[] {
  const folder = join(CASES, door);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map(
    (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
  );
}
