// Counts tests for scripts/test.ts: from vitest's JSON results to the lines that are printed. Pure; a
// run that failed without a failing test still counts as a failure.
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
  testResults: z.array(
    z.object({
      /** The file's path. */
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
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

/**
 * One line for each folder of tests, and one for each test that was skipped.
 * @param top the folder that paths are shown from
 */
export function folderLines(json: unknown, top: string): string[] {
  const parsed = results.safeParse(json);
  if (!parsed.success) return [];
  const passed = new Map<string, number>();
  const skipped: string[] = [];
  for (const { name, assertionResults } of parsed.data.testResults) {
    const folder = name.replace(`${top}/`, '').split('/').slice(0, -1).join('/');
    const green = assertionResults.filter(({ status }) => status === 'passed').length;
    passed.set(folder, (passed.get(folder) ?? 0) + green);
    for (const { fullName, status } of assertionResults)
      if (status !== 'passed' && status !== 'failed') skipped.push(`skipped  ${fullName}`);
  }
  const folders = [...passed].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...folders.map(([folder, count]) => `passed  ${folder} (${count})`), ...skipped];
}
