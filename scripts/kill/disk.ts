// A disk of its own for the objects' storage, so small that it can be filled without harm to anything else: a tmpfs,
// which only root may mount. Knows nothing of what is stored there.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const SIZE = '24m';

/** @returns what takes it away again; null where it may not be made */
export function mountSmallDisk(folder: string): (() => void) | null {
  mkdirSync(folder, { recursive: true });
  const mounted = run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
  return mounted ? () => void run('umount', ['--lazy', folder]) : null;
}

const run = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
