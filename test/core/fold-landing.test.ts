// What came of a landing -> state: it landed, it did not, nobody knows, it is not what was tested.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import { actionKey } from '../../src/core/action-key.ts';
import type { Fault } from '../../src/core/fault.ts';
import { mark } from '../../src/core/flags.ts';
import { beginAction, foldOutcome } from '../../src/core/fold-outcome.ts';
import { faulted, notTried, type Outcome } from '../../src/core/outcome.ts';
import {
  BRANCH,
  landedPull,
  landingOf,
  NOON,
  outboxOf,
  pullOf,
  stateOf,
  testedOf,
} from '../support/builders.ts';

const land = { kind: 'land', landing: landingOf(1) } as const;
const landed = { kind: 'landed', action: land, landedSha: testedOf(1) } as const;
const settle = { kind: 'settle_landing', landing: landingOf(1) } as const;
const verify = { kind: 'verify_landing', landing: landingOf(1) } as const;
const rowOf = (state: ReturnType<typeof stateOf>, action: Action) =>
  state.outbox[actionKey(BRANCH, action)];
/** As a pass does it: the row is written, then the outcome folded in. */
const perform = (state: ReturnType<typeof stateOf>, outcome: Outcome, random = 0) =>
  foldOutcome(beginAction(state, outcome.action, NOON), outcome, NOON, random);

describe('S7.2 a landing', () => {
  const state = stateOf({ pulls: [pullOf(1, { attempt: 2 }), pullOf(2)], candidate: 1 });

  it.each([land, settle])('known from $kind, moves the branch and is to be verified', (action) => {
    expect(perform(state, { ...landed, action })).toEqual({
      ...state,
      head: testedOf(1),
      pulls: { 2: pullOf(2) },
      candidate: null,
      attempts: { 1: 2 },
      landings: [landedPull(1, { verified: false })],
    });
  });

  it.each<[from: string, movable: boolean, toClose: boolean]>([
    ['a branch that was moved with it', true, false],
    ['a fork, or a branch that may not be moved', false, true],
  ])('from %s', (_from, movable, toClose) => {
    const source = { ...pullOf(1).facts.source, movable };
    const given = stateOf({ pulls: [pullOf(1, { facts: { source } })] });
    expect(perform(given, landed).landings[0]?.toClose).toBe(toClose);
  });

  it('leaves another candidate as it is', () => {
    const after = perform({ ...state, candidate: 2 }, landed);
    expect(after.candidate).toBe(2);
  });

  it('keeps the last fifty, newest first', () => {
    const landings = Array.from({ length: 50 }, (_, index) => landedPull(100 + index));
    const after = perform(stateOf({ pulls: [pullOf(1)], landings }), landed).landings;
    expect([after.length, after[0]?.pr, after.at(-1)?.pr]).toEqual([50, 1, 148]);
  });

  it('that may not be any more changes nothing; the pull request is read again', () => {
    expect(perform(state, { kind: 'land_overtaken', action: land })).toEqual({
      ...state,
      flags: mark(state.flags, { flag: 'github', read: 1 }),
    });
  });

  it('verified, and closed: told by its commit', () => {
    const given = stateOf({
      landings: [landedPull(1, { verified: false, toClose: true }), landedPull(2)],
    });
    const verified = perform(given, { kind: 'landing_verified', action: verify });
    const close = { kind: 'close_landed', pr: 1, landedSha: testedOf(1) } as const;
    expect([
      verified.landings,
      perform(verified, { kind: 'closed', action: close }).landings,
    ]).toEqual([
      [landedPull(1, { toClose: true }), landedPull(2)],
      [landedPull(1, { closedAt: NOON }), landedPull(2)],
    ]);
  });
});

describe('S7.9 a landing that is read back wrong', () => {
  it('freezes the branch and alerts', () => {
    const given = stateOf({ landings: [landedPull(1, { verified: false })] });
    const found = 'it has another tree';
    const reason = `The landing of ${testedOf(1)} was read back wrong: ${found}`;
    const mismatch = {
      kind: 'landing_mismatch',
      action: verify,
      landedSha: testedOf(1),
      found,
    } as const;
    expect(perform(given, mismatch)).toEqual({
      ...given,
      landings: [landedPull(1)],
      frozen: { reason, by: 'sluice', since: NOON, until: null },
      alerts: [
        {
          ...{ cause: `mismatch ${testedOf(1)}`, kind: 'landing_mismatch' },
          ...{
            text: `acme/bakery:main is frozen. ${reason}`,
            at: NOON,
            pr: 1,
            batch: 101,
            sent: [],
          },
        },
      ],
    });
  });
});

describe('S7.5 a landing whose answer was lost', () => {
  const state = stateOf({ pulls: [pullOf(1)] });
  const lost: Fault = { kind: 'unknown', message: 'no answer' };

  it('is unknown until it was read back', () => {
    expect(perform(state, faulted(land, lost)).outbox).toEqual(
      outboxOf({ action: land, triedAt: NOON, state: 'unknown', notBefore: NOON + 1000 }),
    );
  });

  it('stays unknown when reading it back fails, even if nothing can have happened', () => {
    const unknown = perform(state, faulted(land, lost));
    const refused: Fault = { kind: 'refused', message: 'no', status: 403 };
    expect(perform(unknown, faulted(settle, refused)).outbox).toEqual(
      outboxOf({
        action: land,
        triedAt: NOON,
        state: 'unknown',
        failures: 2,
        notBefore: NOON + 2000,
        error: 'no',
      }),
    );
  });

  it.each([
    ['at first soon', 500, 2_500],
    ['then after as long as before', 9_000, 18_000],
    ['at last when it must be shown', 40_000, 60_000],
    ['and not later', 59_000, 60_000],
  ])('may only not be shown yet: it is looked for again, %s', (_when, lookedAt, nextAt) => {
    const unknown = perform(state, faulted(land, lost));
    const outcome: Outcome = { kind: 'not_shown', action: settle, triedAt: NOON };
    const looked = foldOutcome(unknown, outcome, NOON + lookedAt, 0.5);
    expect(rowOf(looked, land)).toMatchObject({
      ...{ state: 'unknown', triedAt: NOON, failures: 1, notBefore: NOON + nextAt },
      error: 'GitHub may show everything as it was',
    });
  });

  it('did not land: it is tried again later, and the pull request is read again', () => {
    const unknown = perform(state, faulted(land, lost));
    const settled = perform(unknown, { kind: 'not_landed', action: settle });
    expect([settled.outbox, settled.flags]).toEqual([
      outboxOf({ action: land, triedAt: NOON, state: 'failed', notBefore: NOON + 1000 }),
      mark(state.flags, { flag: 'github', read: 1 }),
    ]);
  });

  it('was overtaken: the same, counted as a failure', () => {
    const lostRace = perform(state, { kind: 'land_lost', action: land });
    expect([lostRace.outbox, lostRace.flags]).toEqual([
      outboxOf({
        action: land,
        triedAt: NOON,
        notBefore: NOON + 1000,
        error: 'the branch or the source branch has moved',
      }),
      mark(state.flags, { flag: 'github', read: 1 }),
    ]);
  });

  it.each<[what: string, outcome: Outcome, parked: boolean]>([
    ['failing gives way (S7.7)', notTried(land, lost), true],
    ['being overtaken does not', { kind: 'land_lost', action: land }, false],
  ])('time and again: %s', (_what, outcome, parked) => {
    let tried = state;
    for (let time = 0; time < 3; time++) tried = perform(tried, outcome);
    expect(tried.pulls[1]?.parked).toEqual(
      parked ? { words: 'no answer', until: NOON + 60_000, times: 1 } : null,
    );
  });

  it('being overtaken for longer than reads can lag gives way, too', () => {
    const key = actionKey(BRANCH, land);
    const often = outboxOf({ action: land, failures: 5, since: NOON - 60_000 });
    const tried = perform({ ...state, outbox: often }, { kind: 'land_lost', action: land });
    expect(tried.pulls[1]?.parked?.times).toBe(1);
    expect(key in tried.outbox).toBe(false);
  });

  it('certainly had no effect when a call before it failed', () => {
    expect(rowOf(perform(state, notTried(land, lost)), land)?.state).toBe('failed');
  });
});

describe('S7.7 a landing that GitHub refused', () => {
  it('parks the pull request with its words, for longer each time', () => {
    let state = stateOf({ pulls: [pullOf(1)] });
    const pauses: number[] = [];
    for (let time = 0; time < 7; time++) {
      state = perform(state, { kind: 'land_refused', action: land, words: 'Rule violation' });
      pauses.push((state.pulls[1]?.parked?.until ?? 0) - NOON);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30].map((minutes) => minutes * 60_000));
    expect(state.pulls[1]?.parked).toMatchObject({ words: 'Rule violation', times: 7 });
    expect(state.outbox).toEqual({});
  });
});
