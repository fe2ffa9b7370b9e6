// An API that must wait: what is kept for landings is theirs, whatever else waits.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { Fault } from '../../src/core/fault.ts';
import { heldUntil, holdApi } from '../../src/core/fold-hold.ts';
import { foldOutcome } from '../../src/core/fold-outcome.ts';
import { nextAlarm } from '../../src/core/next-alarm.ts';
import { faulted } from '../../src/core/outcome.ts';
import { configOf, NOON, stateOf } from '../support/builders.ts';

const HOUR = 3_600_000;
const reserved: Fault = { kind: 'reserved', message: 'kept', retryAfterMs: HOUR };
const limited: Fault = { kind: 'rate_limited', message: 'wait', retryAfterMs: 60_000 };
const hold = (state: ReturnType<typeof stateOf>, fault: Fault, now = NOON) =>
  holdApi(state, { api: 'github', fault }, now, 0);
const until = (state: ReturnType<typeof stateOf>) => {
  const { github } = state.holds;
  return [heldUntil(github, 'everyday'), heldUntil(github, 'landing')].map((at) => at - NOON);
};

describe('S3.3 what is kept for landings', () => {
  it('holds everything but them', () => {
    expect(until(hold(stateOf(), reserved))).toEqual([HOUR, -NOON]);
  });

  it('does not end a wait that is theirs, too', () => {
    expect(until(hold(hold(stateOf(), limited), reserved))).toEqual([HOUR, 60_000]);
  });

  it('is no reason for them to wait less when GitHub limits them', () => {
    expect(until(hold(hold(stateOf(), reserved), limited))).toEqual([60_000, 60_000]);
  });

  it('met while a test is started does not keep Batch from being read', () => {
    const action = { kind: 'start_test', pr: 1, attempt: 1, reason: 'new_commit' } as Action;
    const { holds } = foldOutcome(stateOf(), faulted(action, reserved, 'github'), NOON, 0);
    expect([holds.github?.notBefore, holds.batch]).toEqual([NOON + HOUR, null]);
  });

  it('wakes the branch when a landing that had to wait may go on', () => {
    const config = configOf({ pollEveryMs: 24 * HOUR });
    const state = hold(hold(stateOf({ polledAt: NOON }), limited), reserved);
    expect(nextAlarm(state, config, NOON) - NOON).toBe(60_000);
  });
});
