// Tells when the run is to end: Ctrl-C, a signal, a closed terminal, or the npm above us being gone.
// It only tells; ending things tidily is the caller's.

/** Resolves with what came first. A second Ctrl-C ends the process at once. */
export function untilInterrupted(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    let count = 0;
    process.on(signal, () => {
      count += 1;
      // npm passes on the Ctrl-C that the terminal has sent to us as well: two are one.
      if (count > 2) process.exit(130);
      resolve(signal);
    });
  }
  // Printing to a terminal that is gone must not throw in the middle of the shutdown.
  process.stdout.on('error', () => resolve('the output was closed'));
  if (process.env['npm_lifecycle_event'] !== undefined) watchParent(resolve);
  return promise;
}

/** npm does not always pass a signal on, and cannot when it is killed: then we get a new parent. */
function watchParent(gone: (why: string) => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone('npm has ended');
  }, 500);
  timer.unref();
}
