// A figure against what was promised of it: at its limit it is within it, and what was not measured is not passed over.
import { describe, expect, it } from 'vitest';
import { figure } from '../../scripts/bench/figure.ts';
import { atLeast, atMost, verdicts } from '../../scripts/bench/limit.ts';

describe('S8 the limits of the bench', () => {
  it.each([
    ['at most', atMost('pass', 10, 150), 150, 'within pass (10): 150, at most 150'],
    ['over it', atMost('pass', 10, 150), 151, 'OVER pass (10): 151, at most 150'],
    ['at least', atLeast('pass', 10, 150), 150, 'within pass (10): 150, at least 150'],
    ['below it', atLeast('pass', 10, 150), 149, 'OVER pass (10): 149, at least 150'],
  ])('%s', (_, limit, value, line) => {
    const [verdict] = verdicts([figure('pass', 10, value, 'ms')], [limit]);
    expect(verdict).toEqual({ isWithin: line.startsWith('within'), line });
  });

  it('says what was not measured', () => {
    expect(() => verdicts([figure('pass', 1, 1, 'ms')], [atMost('pass', 10, 150)])).toThrow(
      'nothing was measured of "pass" at 10',
    );
  });
});
