// The world's faults by fate: what a failed call to GitHub or Batch means for what to do next.
// Pure; the clients classify, the loop waits.

/**
 * - `unknown`: the call may have taken effect (timeout, cut connection, 5xx). Read back first.
 * - `rate_limited`: nothing happened; nothing may be asked before `retryAfterMs` have passed.
 * - `reserved`: nothing was asked, since what is left of a limit is kept for landings; the same after `retryAfterMs`.
 * - `refused`: nothing happened and it would be refused again until something changes (4xx).
 * - `unreadable`: it answered something that we do not understand.
 * - `misconfigured`: nothing happened, and nothing will until whoever runs Sluice has mended its settings there
 *   or here: credentials, permissions, budgets.
 */
export type Fault =
  | { readonly kind: 'unknown'; readonly message: string }
  | { readonly kind: 'rate_limited'; readonly message: string; readonly retryAfterMs: number }
  | { readonly kind: 'reserved'; readonly message: string; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly message: string; readonly status: number }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'misconfigured'; readonly message: string };

/**
 * Has Batch read the jobs and will not take them? Then it is their author's to mend; any other refusal may be of a proxy,
 * or of a moment.
 */
export const refusesJobs = (fault: Fault): fault is Extract<Fault, { kind: 'refused' }> =>
  fault.kind === 'refused' && (fault.status === 400 || fault.status === 413);

const FIRST_DELAY_MS = 2_000;
/** One poll repairs anything, so there is no use in waiting much longer than a poll. */
const LONGEST_DELAY_MS = 5 * 60_000;

/**
 * Exponential backoff with jitter.
 * @param failures in a row, this one included
 * @param random in [0, 1)
 * @returns milliseconds, between half of the ceiling and the ceiling, and never less than the server asked for
 */
export function backoffMs(failures: number, random: number, fault: Fault | null): number {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 20), LONGEST_DELAY_MS);
  const asked = fault && 'retryAfterMs' in fault ? fault.retryAfterMs : 0;
  return Math.round(Math.max(ceiling / 2 + (random * ceiling) / 2, asked));
}
