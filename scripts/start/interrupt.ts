// Tells when the run is to end: Ctrl-C, a signal, a closed terminal, or the npm above us being gone.
// It only tells; ending things tidily is the caller's.
import { execFileSync } from 'node:child_process';

/** Resolves with what came first. A third signal of a kind ends the process at once. */
export function untilInterrupted(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    let count = 0;
    process.on(signal, () => {
      count += 1;
      // npm passes on the Ctrl-C that the terminal has sent to us as well: two may be one.
      if (count > 2) process.exit(130);
      resolve(signal);
    });
  }
  // Printing to a terminal that is gone must not throw in the middle of the shutdown.
  process.stdout.on('error', () => resolve('the output was closed'));
  if (process.env['npm_lifecycle_event'] !== undefined) watchParent(resolve);
  return promise;
}

/** npm does not always pass a signal on, and cannot when it is killed: then nobody reads us any more. */
function watchParent(gone: (why: string) => void): void {
  const parent = process.ppid;
  const npm = npmAbove(parent);
  const timer = setInterval(() => {
    if (process.ppid !== parent || !isAlive(npm)) gone('npm has ended');
  }, 500);
  timer.unref();
}

/** npm runs scripts through a shell; some shells make way for the script, others stay in between. */
function npmAbove(parent: number): number {
  const columns = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(parent)], {
    encoding: 'utf8',
  });
  const [, above, command = ''] = /^\s*(\d+)\s+(\S+)/.exec(columns) ?? [];
  return /^(.*\/)?(sh|bash|dash|zsh)$/.test(command) ? Number(above) : parent;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}
