// Installs what the lockfile asks for when node_modules does not hold it yet, and
// says in one sentence when no Node new enough for the tools is to be had. Runs before
// every npm command that needs packages, on any Node from 20, so it imports no package.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const marker = join(root, 'node_modules', '.lock-digest');
const digest = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== digest) {
  process.stderr.write('Installing packages (once, about 15 s) …\n');
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) {
    process.stderr.write(`${install.stdout ?? ''}${install.stderr ?? ''}\nnpm ci failed.\n`);
    process.exit(1);
  }
  writeFileSync(marker, digest);
}

// npm puts node_modules/.bin first on the PATH of scripts; the bundled Node is there on Linux.
const bundled = join(root, 'node_modules', '.bin', 'node');
const version = existsSync(bundled)
  ? execFileSync(bundled, ['--version'], { encoding: 'utf8' }).trim()
  : process.version;
const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Sluice's tools need Node 22.18 or newer; this is ${version}. On Linux x64 and arm64 a newer one ` +
      'comes with the packages; on this platform please install Node 24 (https://nodejs.org).\n',
  );
  process.exit(1);
}

const git = spawnSync('git', ['--version'], { encoding: 'utf8' });
const [gitMajor = 0, gitMinor = 0] = (/(\d+)\.(\d+)/.exec(git.stdout ?? '') ?? [])
  .slice(1)
  .map(Number);
if (gitMajor < 2 || (gitMajor === 2 && gitMinor < 38)) {
  process.stderr.write(
    `Sluice's local forge needs git 2.38 or newer (for git merge-tree --write-tree); this is ${(git.stdout ?? 'no git at all').trim()}.\n`,
  );
  process.exit(1);
}
