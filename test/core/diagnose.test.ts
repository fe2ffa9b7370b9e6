// When a branch looks at what GitHub lets it do, what it remembers, and that this keeps nothing else waiting.
import { describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../schemas/diagnosis.ts';
import type { BranchState } from '../../schemas/state.ts';
import { diagnosed, isDiagnosisDue, notDiagnosed } from '../../src/core/diagnosis/diagnosis.ts';
import type { Fault } from '../../src/core/fault.ts';
import { cleanFlags, mark } from '../../src/core/flags.ts';
import { news } from '../../src/core/news.ts';
import { err, ok } from '../../src/core/result.ts';
import { diagnose } from '../../src/loop/diagnose.ts';
import { configOf, NOON, stateOf } from '../support/builders.ts';
import { stubLoop } from '../support/stub-loop.ts';

const HOUR = 3_600_000;
const fault: Finding = { mark: 'fault', what: 'main', text: 'a rule', todo: 'Mend it: https://x' };
const warning: Finding = { mark: 'warning', what: 'main', text: 'a check' };
const well: Finding = { mark: 'ok', what: 'main', text: 'there' };
const quiet = (change: Partial<BranchState> = {}): BranchState => ({
  ...stateOf({ polledAt: NOON }),
  flags: cleanFlags,
  ...change,
});
const config = configOf();
const cut: Fault = { kind: 'unknown', message: 'cut' };

describe('S4.2 S7.5 a look at what GitHub lets us do', () => {
  const seen = diagnosed(quiet(), [well, warning], config, NOON);
  const bad = diagnosed(quiet(), [fault], config, NOON);
  it.each<[when: string, state: BranchState, at: number, due: boolean]>([
    ['at the first quiet moment', quiet(), NOON, true],
    ['not again the same day', seen, NOON + 24 * HOUR - 1, false],
    ['the next day', seen, NOON + 24 * HOUR, true],
    ['within an hour while anything is wrong', bad, NOON + HOUR, true],
    ['not before', bad, NOON + HOUR - 1, false],
    [
      'after an hour where GitHub did not answer',
      notDiagnosed(quiet(), cut, config, NOON),
      NOON + HOUR,
      true,
    ],
    ['not before that', notDiagnosed(quiet(), cut, config, NOON), NOON + HOUR - 1, false],
    [
      'not while something is to be read',
      quiet({ flags: mark(cleanFlags, { flag: 'github', read: 7 }) }),
      NOON,
      false,
    ],
    [
      'not while GitHub wants us to wait',
      quiet({
        holds: { ...stateOf().holds, github: { notBefore: NOON + 1, failures: 1, error: 'x' } },
      }),
      NOON,
      false,
    ],
    ['when a clock was wrong', diagnosed(quiet(), [], config, NOON + 48 * HOUR), NOON, true],
  ])('%s', (_, state, at, due) => {
    expect(isDiagnosisDue(state, config, at)).toBe(due);
  });

  it('is made anew with other settings', () => {
    expect(isDiagnosisDue(seen, configOf({ landing: 'github' }), NOON)).toBe(true);
  });

  it('is remembered, all but what is well, and is made once', async () => {
    const examine = vi.fn(async () => ok([well, warning, fault]));
    const { loop, state } = stubLoop(quiet(), { examine });
    await diagnose(loop);
    await diagnose(loop);
    expect(examine).toHaveBeenCalledTimes(1);
    expect(state().diagnosis).toMatchObject({ at: NOON, troubles: [warning, fault] });
  });

  it('that fails holds nothing, and what was found before still stands', async () => {
    const before = { ...bad, diagnosis: bad.diagnosis && { ...bad.diagnosis, nextAt: NOON } };
    const { loop, state } = stubLoop(before, { examine: async () => err(cut) });
    await diagnose(loop);
    expect(state().diagnosis).toMatchObject({ at: NOON, troubles: [fault] });
    expect([state().holds.github, state().outbox, state().flags]).toEqual([null, {}, cleanFlags]);
  });

  it('is kept short, whatever GitHub says', () => {
    const page: Finding = { mark: 'unknown', what: 'main', text: '<html>'.repeat(10_000) };
    const { diagnosis } = diagnosed(quiet(), Array(100).fill(page), config, NOON);
    expect(JSON.stringify(diagnosis).length).toBeLessThan(25_000);
  });

  it('tells of a fault once, and when it is no more', () => {
    const told = (before: BranchState, after: BranchState) =>
      news(before, after).map(({ kind, text }) => [kind, text]);
    expect(told(quiet(), bad)).toEqual([['diagnosis.fault', 'main: a rule. Mend it: https://x']]);
    expect(told(bad, diagnosed(bad, [fault, warning], config, NOON + HOUR))).toEqual([]);
    expect(told(bad, seen)).toEqual([['diagnosis.mended', 'main: no more: a rule']]);
  });
});
