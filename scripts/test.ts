// `npm test`: types, style and every test, in that order, all of them even when one fails. The
// last line is the sum, `N passed, N failed`; arguments are handed on to vitest. Somebody at a terminal
// sees the tests go by; otherwise only what failed is shown.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Counts,
  countTests,
  folderLines,
  sumCounts,
  summaryLine,
} from './start/test-counts.ts';

const USAGE = `usage: npm test [-- ARGUMENTS]

Types, style and every test, about five minutes on two cores. Everything runs, whatever fails; the last line counts.

  ARGUMENTS   for vitest, which then runs fewer tests: a path such as test/forge, -t NAME, --project node
  --help      this text`;

const PROJECT = join(import.meta.dirname, '..');
const BIN = join(PROJECT, 'node_modules', '.bin');
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
const SHOWN = process.stdout.isTTY ? 'inherit' : 'pipe';

/** One check is one test: it passes in silence, or fails with everything that it printed. */
function runCheck(name: string, command: string, args: readonly string[]): Counts {
  const { status, stdout, stderr, error } = spawnSync(join(BIN, command), args, {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  const passed = status === 0;
  process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name}\n`);
  if (!passed) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

function runVitest(args: readonly string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  try {
    const file = join(folder, 'results.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { status, stdout, stderr } = spawnSync(
      join(BIN, 'vitest'),
      ['run', '--silent=passed-only', ...reporters, ...args],
      {
        cwd: PROJECT,
        encoding: 'utf8',
        maxBuffer: OUTPUT_MAX_BYTES,
        stdio: ['ignore', SHOWN, SHOWN],
      },
    );
    const results = readResults(file);
    if (status !== 0) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}\n`);
    for (const line of folderLines(results, PROJECT)) process.stdout.write(`${line}\n`);
    return countTests(results, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // vitest ended before it could write its results; its exit status counts as a failure.
    return null;
  }
}

const given = process.argv.slice(2);
if (given.includes('--help') || given.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}

const counts = sumCounts([
  runCheck('types of the Worker (tsc)', 'tsc', []),
  runCheck('types of scripts and tests (tsc)', 'tsc', ['-p', 'tsconfig.node.json']),
  runCheck("types of the pages' script (tsc)", 'tsc', ['-p', 'tsconfig.browser.json']),
  runCheck('style (biome)', 'biome', ['ci', '--colors=off', '.']),
  runVitest(given),
]);
process.stdout.write(`${summaryLine(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
