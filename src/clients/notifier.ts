// Where alerts go: a line of the log that an operator's tools can watch for.
import { ok } from '../core/result.ts';
import type { Notifier } from '../loop/ports.ts';

type Log = (event: string, data: Readonly<Record<string, unknown>>) => void;

export const createNotifier = (log: Log, branch: string): Notifier => ({
  async alert(cause, text) {
    log('alert', { branch, cause, text });
    return ok(undefined);
  },
});
