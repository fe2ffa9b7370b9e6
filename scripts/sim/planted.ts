// Planted bugs: deliberate mutations of the real code, one at a time, in a copy of it. Each must be found
// by the simulator. Prints a table; the exit code says whether all of them were found.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bugs } from './planted-bugs.ts';

const PROJECT = join(import.meta.dirname, '../..');
const SEEDS = 1_000;

const copy = mkdtempSync(join(tmpdir(), 'sluice-planted-'));
try {
  for (const folder of ['src', 'schemas', 'scripts/sim', 'package.json'])
    cpSync(join(PROJECT, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  process.stdout.write('| planted bug | seed | caught by |\n| --- | --- | --- |\n');
  const missed = bugs.filter((bug) => !isFound(bug));
  process.stdout.write(`${bugs.length - missed.length} of ${bugs.length} found\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

function isFound({ name, file, from, to }: (typeof bugs)[number]): boolean {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(from).length !== 2) throw new Error(`${name}: not once in ${file}: ${from}`);
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  const arguments_ = ['scripts/sim/main.ts', '--first', '--no-shrink', '--seeds', String(SEEDS)];
  const { stdout, stderr } = spawnSync(process.execPath, arguments_, {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  writeFileSync(path, sound);
  const [, seed, caught] = /^seed (\d+): ([^:]+)/m.exec(stdout) ?? [];
  const fate = seed ? `${seed} | ${caught}` : `- | not found ${stderr.slice(0, 200)}`;
  process.stdout.write(`| ${name} | ${fate} |\n`);
  return seed !== undefined;
}
