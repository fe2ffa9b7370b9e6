// Seeds that once found something, one line each in seeds.txt: the number, then what it found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const lines = (): string[] =>
  readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line));

export const keptSeeds = (): number[] => lines().map((line) => Number.parseInt(line, 10));

/** @param sentence of the bug that the seed found; null: none is kept of it */
export function keptSeedOf(sentence: string): number | null {
  const line = lines().find((line) => line.endsWith(`: ${sentence}`));
  return line === undefined ? null : Number.parseInt(line, 10);
}
