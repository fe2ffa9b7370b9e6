// What `npm test` prints as its last line, for runs that went well and runs that did not.
import { describe, expect, it } from 'vitest';
import {
  countTests,
  folderLines,
  sumCounts,
  summaryLine,
} from '../../scripts/start/test-counts.ts';

const results = (passed: number, failed: number, pending = 0, todo = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: todo,
  testResults: [],
});

describe('the sum of npm test', () => {
  it.each([
    ['all green', results(7, 0), 0, { passed: 7, failed: 0, skipped: 0 }],
    ['skipped and todo together', results(7, 0, 2, 1), 0, { passed: 7, failed: 0, skipped: 3 }],
    ['failing tests', results(5, 2), 1, { passed: 5, failed: 2, skipped: 0 }],
    ['a file that cannot be loaded', results(5, 0), 1, { passed: 5, failed: 1, skipped: 0 }],
    ['killed by a signal', results(5, 0), null, { passed: 5, failed: 1, skipped: 0 }],
    ['no results at all', null, 1, { passed: 0, failed: 1, skipped: 0 }],
  ])('%s', (_, json, status, counts) => {
    expect(countTests(json, status)).toEqual(counts);
  });

  it('adds up, and mentions skipped tests only when there are any', () => {
    const one = { passed: 1, failed: 0, skipped: 0 };
    expect(summaryLine(sumCounts([one, one]))).toBe('2 passed, 0 failed');
    expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });

  it('shows a line for each folder, and names what was skipped', () => {
    const test = (fullName: string, status: string) => ({ fullName, status });
    const json = {
      ...results(3, 1, 1),
      testResults: [
        { name: '/x/test/core/a.test.ts', assertionResults: [test('a', 'passed')] },
        {
          name: '/x/test/tidy.test.ts',
          assertionResults: [test('t', 'passed'), test('f', 'failed')],
        },
        {
          name: '/x/test/core/b.test.ts',
          assertionResults: [test('b', 'passed'), test('s', 'skipped')],
        },
      ],
    };
    expect(folderLines(json, '/x')).toEqual([
      'passed  test (1)',
      'passed  test/core (2)',
      'skipped  s',
    ]);
  });
});
