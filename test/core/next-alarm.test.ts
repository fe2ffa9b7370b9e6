// When the branch wakes up next, and what waking up means.
import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../schemas/state.ts';
import { cleanFlags, type FlagMark, isDirty, mark, markAll } from '../../src/core/flags.ts';
import { CLEANUP_GRACE_MS } from '../../src/core/judge-namespace.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { nextAlarm, wake } from '../../src/core/next-alarm.ts';
import {
  BRANCH,
  configOf,
  NOON,
  namespaceOf,
  outboxOf,
  pullOf,
  startTestOf,
  stateOf,
  testNamespace,
} from '../support/builders.ts';

const POLL = NOON + 60_000;
const config = configOf();
const at = (change: Parameters<typeof stateOf>[0]) => nextAlarm(stateOf(change), config, NOON);
const dirty = (what: FlagMark) => mark(cleanFlags, what);
const hold = (notBefore: number) => ({ notBefore, failures: 1, error: 'x' });
const frozenUntil = (until: number | null) => ({
  reason: 'fire',
  by: 'alice',
  since: NOON - 60,
  until,
});
const startTest = startTestOf(1);
const cancel = { kind: 'cancel_batch', batch: 9, why: 'x' } as const;

describe('S3.1 the next alarm', () => {
  it.each<[situation: string, change: Parameters<typeof stateOf>[0], due: number]>([
    ['nothing to do: the next poll', {}, POLL],
    ['never polled: at once', { polledAt: null }, 0],
    ['frozen until then', { frozen: frozenUntil(NOON + 9) }, NOON + 9],
    ['frozen until it is told', { frozen: frozenUntil(null) }, POLL],
    ['the end of a freeze was slept through', { frozen: frozenUntil(NOON - 9) }, NOON],
    ['polled in the future, by a clock that was wrong: at once', { polledAt: NOON + 1 }, 0],
    ['the state is dirty: at once', { flags: dirty({ flag: 'state' }) }, NOON],
    ['Batch is dirty: at once', { flags: dirty({ flag: 'batch', read: 'everything' }) }, NOON],
    ['GitHub is dirty: at once', { flags: dirty({ flag: 'github', read: 1 }) }, NOON],
    [
      'GitHub is dirty, and asked us to wait',
      {
        flags: dirty({ flag: 'github', read: 1 }),
        holds: { github: hold(NOON + 9), batch: null, kubernetes: null },
      },
      NOON + 9,
    ],
    [
      'Batch is dirty, and GitHub asked us to wait',
      {
        flags: dirty({ flag: 'batch', read: 'everything' }),
        holds: { github: hold(NOON + 9), batch: null, kubernetes: null },
      },
      NOON,
    ],
    [
      'Batch is dirty, but GitHub must be read first and asked us to wait (S2.4)',
      {
        flags: markAll(cleanFlags),
        rules: null,
        holds: { github: hold(NOON + 9), batch: null, kubernetes: null },
      },
      NOON,
    ],
    [
      'the same with the state settled',
      {
        flags: dirty({ flag: 'batch', read: 'everything' }),
        rules: null,
        holds: { github: hold(NOON + 9), batch: null, kubernetes: null },
      },
      NOON + 9,
    ],
    [
      'a retry is due later',
      { outbox: outboxOf({ action: cancel, notBefore: NOON + 7 }) },
      NOON + 7,
    ],
    [
      'a retry that came due was looked at',
      { outbox: outboxOf({ action: cancel, notBefore: NOON }) },
      POLL,
    ],
    [
      'a parked pull request',
      { pulls: [pullOf(1, { parked: { words: 'x', until: NOON + 5, times: 1 } })] },
      NOON + 5,
    ],
    ['a retry after the poll', { outbox: outboxOf({ action: cancel, notBefore: POLL + 1 }) }, POLL],
    [
      'the earliest of all',
      {
        outbox: outboxOf({ action: cancel, notBefore: NOON + 7 }),
        pulls: [pullOf(1, { parked: { words: 'x', until: NOON + 5, times: 1 } })],
      },
      NOON + 5,
    ],
  ])('%s', (_situation, change, due) => {
    expect(at(change)).toBe(due);
  });
});

describe('S4.1 waking up', () => {
  const flagsAfter = (change: Parameters<typeof stateOf>[0], now = NOON) =>
    wake(stateOf(change), config, now).flags;

  it('at the time of a poll marks everything, and the next poll is a period later', () => {
    const woken = wake(stateOf(), config, POLL);
    expect([woken.flags, woken.polledAt]).toEqual([markAll(cleanFlags), POLL]);
  });

  it('after a poll of the future, which a wrong clock has noted, is a poll', () => {
    const state = stateOf({ polledAt: NOON + 365 * 86_400_000 });
    expect(wake(state, config, NOON)).toMatchObject({ polledAt: NOON });
  });

  it('for the first time is a poll', () => {
    expect(wake(newBranch(BRANCH), config, NOON).polledAt).toBe(NOON);
  });

  it('before that, with nothing due, changes nothing at all', () => {
    const state = stateOf({ outbox: outboxOf({ action: cancel, notBefore: NOON + 1 }) });
    expect(wake(state, config, NOON)).toBe(state);
  });

  it.each<[what: string, change: Parameters<typeof stateOf>[0]]>([
    ['a retry', { outbox: outboxOf({ action: cancel, notBefore: NOON }) }],
    [
      'a parked pull request',
      { pulls: [pullOf(1, { parked: { words: 'x', until: NOON, times: 1 } })] },
    ],
    ['an API', { holds: { github: hold(NOON), batch: null, kubernetes: null } }],
  ])('for %s that came due marks the state alone', (_what, change) => {
    expect(flagsAfter({ decidedAt: NOON - 1, ...change })).toEqual(dirty({ flag: 'state' }));
  });

  it('what came due before the last decision was looked at then', () => {
    const state = stateOf({
      decidedAt: NOON,
      outbox: outboxOf({ action: cancel, notBefore: NOON }),
    });
    expect(wake(state, config, NOON + 1)).toBe(state);
  });

  it.each<[state: OutboxRow['state'], flags: typeof cleanFlags]>([
    ['begun', mark(dirty({ flag: 'batch', read: 'everything' }), { flag: 'state' })],
    ['unknown', mark(dirty({ flag: 'batch', read: 'everything' }), { flag: 'state' })],
    ['failed', dirty({ flag: 'state' })],
  ])('S6.9 a batch whose making is %s: Batch is read first if it may be there', (state, flags) => {
    const outbox = outboxOf({ action: startTest, state, notBefore: NOON });
    expect(flagsAfter({ decidedAt: NOON - 1, outbox })).toEqual(flags);
  });
});

describe('S6.6 the next alarm for what is in the cluster', () => {
  const settings = configOf({ kubernetesUrl: 'https://kubernetes.test' });
  const namespaces = {
    [namespaceOf(1)]: testNamespace(1, { overSince: NOON - CLEANUP_GRACE_MS + 9 }),
  };

  it.each<[situation: string, change: Parameters<typeof stateOf>[0], due: number]>([
    ['it was not looked at for this poll', { namespacesReadAt: NOON - 1 }, NOON],
    [
      'it was not looked at, and does not answer',
      {
        namespacesReadAt: null,
        holds: { github: null, batch: null, kubernetes: hold(NOON + 9) },
      },
      NOON + 9,
    ],
    ['it was looked at', { namespacesReadAt: NOON }, POLL],
    ['a namespace may be deleted soon', { namespacesReadAt: NOON, namespaces }, NOON + 9],
  ])('%s', (_situation, change, due) => {
    expect(nextAlarm(stateOf(change), settings, NOON)).toBe(due);
    expect(nextAlarm(stateOf({ ...change, holds: stateOf().holds }), config, NOON)).toBe(POLL);
  });

  it('decides anew when a namespace may be deleted', () => {
    const state = stateOf({ namespacesReadAt: NOON, namespaces, decidedAt: NOON });
    const woken = (now: number) => isDirty(wake(state, settings, now).flags.state);
    expect([NOON + 8, NOON + 9].map(woken)).toEqual([false, true]);
  });
});
