// Seeds that once found something, one line each in seeds.txt: the number, then what it found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const keptSeeds = (): number[] =>
  readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Number.parseInt(line, 10));
