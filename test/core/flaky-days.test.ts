// Retried jobs and ended tests by day.
import { expect, it } from 'vitest';
import { countByDay } from '../../src/core/flaky-days.ts';

it('S10.2 every day is there, also one on which nothing was; none that was not asked for is', () => {
  const days = ['2026-11-21', '2026-11-22', '2026-11-23'];
  const retried = ['2026-11-21', '2026-11-23', '2026-11-21', '2026-11-01'];
  const finished = [
    { day: '2026-11-21', count: 4 },
    { day: '2026-11-21', count: 2 },
    { day: '2026-11-20', count: 9 },
  ];
  expect(countByDay(retried, finished, days)).toEqual([
    { day: '2026-11-21', retried: 2, finished: 6 },
    { day: '2026-11-22', retried: 0, finished: 0 },
    { day: '2026-11-23', retried: 1, finished: 0 },
  ]);
});
