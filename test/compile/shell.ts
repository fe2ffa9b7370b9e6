// Runs the shell of jobs for real, in a folder of its own, with stand-ins for programs that are not here
// (kubectl, mysql, buildkit): they write down how they were called. Asserts nothing.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Shell {
  readonly home = mkdtempSync(join(tmpdir(), 'job-shell-'));

  constructor() {
    mkdirSync(join(this.home, 'bin'));
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true });
  }

  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  write(file: string, text: string): string {
    const path = this.path(file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** A program that runs this POSIX shell. */
  standIn(name: string, script: string): void {
    chmodSync(this.write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755);
  }

  /** A program that writes down its arguments, one call a line, then runs the shell given. */
  witness(name: string, script = ''): void {
    this.standIn(name, `echo "${name} $*" >> "${this.path('calls')}"\n${script}`);
  }

  calls(): string[] {
    const file = this.path('calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  run(shell: '/bin/sh' | '/bin/bash', script: string, env: Record<string, string> = {}): Ran {
    const path = `${this.path('bin')}:/usr/local/bin:/usr/bin:/bin`;
    const { status, stdout, stderr } = spawnSync(shell, ['-c', script], {
      encoding: 'utf8',
      cwd: this.home,
      env: { PATH: path, HOME: this.home, TMPDIR: this.home, ...env },
    });
    return { status, stdout, stderr };
  }
}
