// Runs git. Every git process of the forge starts here, with one configuration file of our own, so
// that nothing of the machine's or the user's configuration is ever read.
// It knows nothing of GitHub; what a command means is said where it is called.

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export class GitError extends Error {
  readonly code: number;
  readonly stderr: string;
  readonly stdout: Buffer;

  constructor(args: readonly string[], code: number, stdout: Buffer, stderr: string) {
    super(`git ${args.join(' ')} exited with ${code}: ${stderr.trim()}`);
    this.name = 'GitError';
    this.code = code;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

export interface GitCall {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Git {
  /** The environment of every git process, for those who must spawn one themselves. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves to stdout. Throws GitError when git exits with anything but 0. */
  run(dir: string, args: readonly string[], call?: GitCall): Promise<Buffer>;
}

// hideRefs: refs/pull belongs to the forge, a push to it is refused as on GitHub.
// safe.directory: a mirrored repository may belong to another user of the machine.
const CONFIG = `[user]
	name = GitHub
	email = noreply@github.com
[core]
	logAllRefUpdates = false
	hooksPath = HOOKS
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	hideRefs = refs/pull
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[http]
	receivepack = true
[safe]
	directory = *
[init]
	defaultBranch = main
[advice]
	detachedHead = false
`;

/** Git itself receives the push; only when the repository has rules does it ask the forge. */
const PRE_RECEIVE = `#!/bin/sh
[ -z "$FORGE_JUDGE_URL" ] || exec "$FORGE_NODE" "$FORGE_PRE_RECEIVE"
`;

/** Writes the configuration below `root` and returns the way to run git with it. */
export function createGit(root: string): Git {
  const hooks = join(root, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(root, 'gitconfig'), CONFIG.replace('HOOKS', hooks));
  writeFileSync(join(hooks, 'pre-receive'), PRE_RECEIVE);
  chmodSync(join(hooks, 'pre-receive'), 0o755);
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: root,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    FORGE_NODE: process.execPath,
    FORGE_PRE_RECEIVE: fileURLToPath(new URL('pre-receive.ts', import.meta.url)),
  };
  return { env, run: (dir, args, call) => run(env, dir, args, call ?? {}) };
}

function run(
  env: Readonly<Record<string, string>>,
  dir: string,
  args: readonly string[],
  call: GitCall,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: dir, env: { ...env, ...call.env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const out = Buffer.concat(stdout);
      if (code === 0) resolve(out);
      else reject(new GitError(args, code ?? -1, out, Buffer.concat(stderr).toString()));
    });
    // A git that dies early closes its end; its exit code says why, the broken pipe does not.
    child.stdin.on('error', () => undefined);
    child.stdin.end(call.input ?? '');
  });
}
