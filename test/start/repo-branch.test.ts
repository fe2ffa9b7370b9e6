// `npm start -- --repo`: a branch that is not there is refused before anything is started.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const START = join(import.meta.dirname, '..', '..', 'scripts', 'start.ts');

it('S10.6 a branch that is not there is named with those that are', () => {
  const home = mkdtempSync(join(tmpdir(), 'repo-branch-test-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const git = (...args: string[]) => spawnSync('git', args, { cwd: home });
  git('init', '-q', '-b', 'trunk');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'first');
  git('branch', 'next');
  const { status, stdout } = spawnSync(process.execPath, [START, '--repo', home], {
    encoding: 'utf8',
  });
  expect(stdout).toContain("has no branch 'main'; it has next, trunk. --branch names one.");
  expect(status).not.toBe(0);
});
