// The hourly look for webhooks that did not arrive: only in a branch with nothing else to do, and what stops it.
import { describe, expect, it, vi } from 'vitest';
import type { BranchState } from '../../schemas/state.ts';
import type { Fault } from '../../src/core/fault.ts';
import { cleanFlags, mark } from '../../src/core/flags.ts';
import { unknownBudget } from '../../src/core/github-budget.ts';
import { nextAlarm } from '../../src/core/next-alarm.ts';
import { err, ok } from '../../src/core/result.ts';
import { type Delivery, type Failing, isSweepDue, toSendAgain } from '../../src/core/sweep.ts';
import { branchStatus } from '../../src/loop/status.ts';
import { sweepDeliveries } from '../../src/loop/sweep-deliveries.ts';
import { configOf, NOON, stateOf } from '../support/builders.ts';
import { stubLoop } from '../support/stub-loop.ts';

const HOUR = 3_600_000;
const delivery = (id: number, change: Partial<Delivery> = {}): Delivery => ({
  ...{ id, guid: `event ${id}`, at: NOON + id, redelivery: false },
  ...change,
});
const quiet = (change: Partial<BranchState> = {}): BranchState => ({
  ...stateOf({ polledAt: NOON }),
  flags: cleanFlags,
  ...change,
});
const sweepAt = (at: number) => ({
  at,
  nextAt: at + HOUR,
  redelivered: 0,
  asked: {},
  problem: null,
});
const dirty = mark(cleanFlags, { flag: 'github', read: 7 });

describe('P1 which of them are asked for again', () => {
  const asked = { 'event 5': NOON };
  it.each<[what: string, failed: Delivery[], arrived: Delivery[], again: number[]]>([
    ['what failed', [delivery(2), delivery(1)], [delivery(3)], [1, 2]],
    ['not what somebody had sent again', [delivery(1)], [delivery(9, { guid: 'event 1' })], []],
    [
      'not what failed again',
      [delivery(1), delivery(9, { guid: 'event 1', redelivery: true })],
      [],
      [],
    ],
    ['not what we have asked for, whatever became of it', [delivery(5), delivery(6)], [], [6]],
    ['not what is old', [delivery(1, { at: NOON - 1 }), delivery(2)], [], [2]],
  ])('%s', (_, failed, arrived, again) => {
    expect(toSendAgain(failed, arrived, { since: NOON, asked }).map(({ id }) => id)).toEqual(again);
  });
});

describe('P1 when', () => {
  const notBefore = { notBefore: NOON + 1, failures: 1, error: 'x' };
  it.each<[when: string, state: BranchState, due: boolean]>([
    ['at the first quiet moment', quiet(), true],
    ['an hour later', quiet({ sweep: sweepAt(NOON - HOUR) }), true],
    ['not before', quiet({ sweep: sweepAt(NOON - HOUR + 1) }), false],
    ['not while something is to be read', quiet({ flags: dirty }), false],
    [
      'not while GitHub wants us to wait, or what is left is kept',
      quiet({ holds: { ...stateOf().holds, github: { ...notBefore, landingsNotBefore: 0 } } }),
      false,
    ],
  ])('%s', (_, state, due) => {
    expect(isSweepDue(state, NOON)).toBe(due);
  });

  it('wakes the branch for it', () => {
    const config = configOf({ pollEveryMs: 24 * HOUR });
    expect(nextAlarm(quiet({ sweep: sweepAt(NOON) }), config, NOON)).toBe(NOON + HOUR);
  });
});

describe('P1 a sweep', () => {
  const listing =
    (...ids: number[]) =>
    async () =>
      ok(ids.map((id) => delivery(id)));

  it('asks for each, and is over for an hour', async () => {
    const sendAgain = vi.fn(async () => ok(undefined));
    const { loop, state } = stubLoop(quiet(), { deliveries: { failed: listing(1, 2), sendAgain } });
    await sweepDeliveries(loop);
    await sweepDeliveries(loop);
    expect(sendAgain.mock.calls).toEqual([[delivery(1)], [delivery(2)]]);
    expect(state().sweep).toEqual({
      ...sweepAt(NOON),
      redelivered: 2,
      asked: { 'event 1': NOON + 1, 'event 2': NOON + 2 },
    });
  });

  it('remembers what it has asked for as long as a sweep may meet it', async () => {
    const wanted: Failing[] = [];
    const failed = async (of: Failing) => {
      wanted.push(of);
      return ok([]);
    };
    const asked = { old: NOON - 24 * HOUR - 1, recent: NOON - 24 * HOUR };
    const before = quiet({ sweep: { ...sweepAt(NOON - HOUR), asked } });
    const sendAgain = async () => ok(undefined);
    const { loop, state } = stubLoop(before, { deliveries: { failed, sendAgain } });
    await sweepDeliveries(loop);
    const kept = { recent: NOON - 24 * HOUR };
    expect(wanted).toEqual([{ since: NOON - 24 * HOUR, asked: kept }]);
    expect(state().sweep?.asked).toEqual(kept);
  });

  it('that is cut off remembers what it had asked for', async () => {
    const sendAgain = vi.fn(async ({ id }: Delivery) =>
      id === 1 ? ok(undefined) : err({ kind: 'unknown', message: 'cut' } as const),
    );
    const { loop, state } = stubLoop(quiet(), { deliveries: { failed: listing(1, 2), sendAgain } });
    await sweepDeliveries(loop);
    expect(state().sweep?.asked).toEqual({ 'event 1': NOON + 1 });
  });

  it('ends as soon as there is anything to do: no landing waits for it', async () => {
    const sendAgain = vi.fn(async () => {
      loop.store.update((state) => ({ ...state, flags: dirty }));
      return ok(undefined);
    });
    const deliveries = { failed: listing(1, 2, 3), sendAgain };
    const { loop, state } = stubLoop(quiet(), { deliveries });
    await sweepDeliveries(loop);
    expect(sendAgain).toHaveBeenCalledTimes(1);
    expect(state().sweep?.redelivered).toBe(1);
  });

  it.each<[fault: Fault, pauseMs: number, problem: string | null]>([
    [{ kind: 'refused', message: 'Not Found', status: 404 }, 24 * HOUR, 'Not Found'],
    [{ kind: 'unknown', message: 'cut' }, HOUR, null],
    [{ kind: 'reserved', message: 'kept', retryAfterMs: 2 * HOUR }, 2 * HOUR, null],
  ])('that meets $kind holds nothing else, and is told once', async (fault, pauseMs, problem) => {
    const deliveries = { failed: async () => err(fault), sendAgain: async () => ok(undefined) };
    const { loop, state } = stubLoop(quiet(), { deliveries });
    await sweepDeliveries(loop);
    await sweepDeliveries(loop);
    const { webhook } = branchStatus(state(), configOf(), unknownBudget);
    expect(webhook).toMatchObject({
      problem,
      next_sweep_at: new Date(NOON + pauseMs).toISOString(),
    });
    expect([state().holds.github, state().outbox, state().alerts]).toEqual([null, {}, []]);
  });
});
