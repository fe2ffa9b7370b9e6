// S3.3: the command itself, in Node as it is started, where nothing of a test runner helps to load what the pages need.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const FUZZ = join(import.meta.dirname, '..', '..', 'scripts', 'fuzz', 'main.ts');

it('S3.3 the fuzzer starts, opens every door and tells what it did', async () => {
  const words = [FUZZ, '--seconds', '0', '--door', 'config'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toMatch(/^config: \d+ inputs, \d+ kept, \d+ blocks, .*, 0 found\n$/);
});
