// Counts tests for scripts/test.ts: from vitest's JSON results to the last line that is printed.
// Pure; a run that failed without a failing test still counts as a failure.
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/**
 * @param json what vitest's JSON reporter wrote; anything else counts as one failure.
 * @param status vitest's exit status, null when a signal ended it.
 */
export function countTests(json: unknown, status: number | null): Counts {
  const parsed = results.safeParse(json);
  if (!parsed.success) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = parsed.data;
  // A file that cannot be loaded, or an error outside of any test, fails the run but no test.
  const unseen = status !== 0 && numFailedTests === 0 ? 1 : 0;
  return {
    passed: numPassedTests,
    failed: numFailedTests + unseen,
    skipped: numPendingTests + numTodoTests,
  };
}

export const sumCounts = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, each) => sum + each.passed, 0),
  failed: counts.reduce((sum, each) => sum + each.failed, 0),
  skipped: counts.reduce((sum, each) => sum + each.skipped, 0),
});

export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
