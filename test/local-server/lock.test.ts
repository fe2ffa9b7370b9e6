/**
 * The lock of a server's folder: held by one, and by nobody once that one is gone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from '../../scripts/local-server/lock.ts';

test('a folder is held until it is given up, or its holder is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`${folder} is in use by process ${process.pid}`);
  unlock();
  lockFolder(folder)();
  writeFileSync(join(folder, 'lock'), `${process.pid}\n`);
  lockFolder(folder)();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(folder, 'lock'), `${pid}\n`);
  expect(() => lockFolder(folder)()).not.toThrow();
});
