// What people tell a branch.
import { describe, expect, it } from 'vitest';
import { type Command, obey, retriedPull } from '../../src/core/command.ts';
import { cleanFlags, mark, markAll } from '../../src/core/flags.ts';
import {
  alertOf,
  conflict,
  failed,
  NOON,
  passed,
  pullOf,
  running,
  sha,
  sourceOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const marked = mark(cleanFlags, { flag: 'state' });
const frozen = { reason: 'fire', by: 'alice', since: NOON, until: null };
const tell = (state: ReturnType<typeof stateOf>, command: Command) => obey(state, command, NOON);
const refused = (sentence: string) => ({ ok: false, error: sentence });
const changed = (change: Parameters<typeof stateOf>[0]) => ({
  ok: true,
  value: stateOf({ flags: marked, ...change }),
});

describe('S10.4 freezing', () => {
  const cause = `frozen at ${NOON}`;
  const text = 'acme/bakery:main is frozen by alice: fire';
  const alerts = [{ ...alertOf({ cause, kind: 'frozen', text }), sent: [] }];
  const freeze = { kind: 'freeze', reason: 'fire', by: 'alice', until: null } as const;

  it('is remembered with its reason and its time', () => {
    expect(tell(stateOf(), freeze)).toEqual(changed({ frozen, alerts }));
  });
  it('twice is refused', () => {
    expect(tell(stateOf({ frozen }), freeze)).toEqual(refused('CI is already frozen.'));
  });
  it('ends', () => {
    expect(tell(stateOf({ frozen }), { kind: 'unfreeze', by: 'alice' })).toEqual(
      changed({ frozen: null }),
    );
  });
  it('may have an end, from which on it may be frozen again', () => {
    const brief = { ...freeze, until: NOON + 1 };
    expect(tell(stateOf(), brief)).toEqual(
      changed({ frozen: { ...frozen, until: NOON + 1 }, alerts }),
    );
    const over = stateOf({ frozen: { ...frozen, until: NOON } });
    expect(tell(over, freeze)).toEqual(changed({ frozen, alerts }));
    expect(tell(over, { kind: 'unfreeze', by: 'alice' })).toEqual(
      refused('CI is already unfrozen.'),
    );
  });
  it('ends once', () => {
    expect(tell(stateOf(), { kind: 'unfreeze', by: 'alice' })).toEqual(
      refused('CI is already unfrozen.'),
    );
  });
});

describe('S5.1 authorizing a commit', () => {
  it('is remembered once', () => {
    const state = stateOf({ authorized: [sha(1), sha(2)] });
    expect(tell(state, { kind: 'authorize', sha: sha(1), by: 'alice' })).toEqual(
      changed({ authorized: [sha(2), sha(1)] }),
    );
  });
  it('forgets the oldest of more than a thousand', () => {
    const authorized = Array.from({ length: 1000 }, (_, index) => sha(index));
    const told = tell(stateOf({ authorized }), { kind: 'authorize', sha: sha(5000), by: 'alice' });
    const kept = told.ok ? told.value.authorized : [];
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, sha(1), sha(5000)]);
  });
});

describe('S6.10 retrying', () => {
  const retry = { kind: 'retry', pr: 1, tactical: false, by: 'alice' } as const;

  it.each([passed(1), failed(1), running(1)])('one that is $kind starts a new attempt', (build) => {
    const parked = { words: 'no', until: NOON + 1, times: 2 };
    const state = stateOf({ pulls: [pullOf(1, { attempt: 2, build, parked })] });
    const again = pullOf(1, {
      attempt: 3,
      build: { kind: 'unbuilt', why: 'retry' },
      retriedBy: 'alice',
    });
    expect(tell(state, retry)).toEqual({
      ok: true,
      value: { ...state, flags: marked, pulls: { 1: again } },
    });
  });

  it.each<[situation: string, pulls: ReturnType<typeof pullOf>[], sentence: string]>([
    ['nobody knows it', [], '#1 is not an open pull request of acme/bakery:main.'],
    [
      'it was never tested',
      [pullOf(1, { build: unbuilt })],
      'Retry cannot be requested because this PR has no batch.',
    ],
    [
      'it was asked for already',
      [pullOf(1, { build: { kind: 'unbuilt', why: 'tactical_retry' }, retriedBy: 'bob' })],
      'A retry was asked for already, by bob.',
    ],
    [
      'it was asked for already, of an earlier version that did not note by whom',
      [pullOf(1, { build: { kind: 'unbuilt', why: 'retry' } })],
      'A retry was asked for already.',
    ],
    [
      'it cannot be built',
      [pullOf(1, { build: conflict() })],
      'Retry cannot be requested: It conflicts with main.',
    ],
  ])('is refused when %s', (_situation, pulls, sentence) => {
    expect(tell(stateOf({ pulls }), retry)).toEqual(refused(sentence));
  });
});

describe('S6.7 a button on our check', () => {
  const shown = { state: 'failure', description: 'Failed', url: '', words: 'batch 101' } as const;
  const pull = (build = failed(1)) => pullOf(1, { build, facts: { shown } });
  const pressed = (change: Partial<Extract<Command, { kind: 'retry_commit' }>> = {}): Command => ({
    ...{ kind: 'retry_commit', sha: sourceOf(1), words: 'batch 101', tactical: false, by: 'bob' },
    ...change,
  });

  it.each([
    [false, 'retry'],
    [true, 'tactical_retry'],
  ] as const)('(tactical: %s) starts a new attempt', (tactical, why) => {
    const again = {
      ...pull(),
      attempt: 2,
      build: { kind: 'unbuilt', why } as const,
      retriedBy: 'bob',
    };
    const pulls = [again];
    expect(tell(stateOf({ pulls: [pull()] }), pressed({ tactical }))).toEqual(changed({ pulls }));
    expect(tell(stateOf({ pulls: [pull()] }), pressed({ tactical, words: null }))).toEqual(
      changed({ pulls }),
    );
  });

  it('is about the pull request whose check stands on the commit', () => {
    const other = pullOf(2, { facts: { source: pull().facts.source } });
    const state = stateOf({ pulls: [other, pull()] });
    expect(retriedPull(state, pressed())?.facts.number).toBe(1);
    expect(retriedPull(state, { kind: 'unfreeze', by: 'alice' })).toBeNull();
  });

  it.each<[string, ReturnType<typeof pullOf>[], Command, string]>([
    [
      'on a commit that was replaced',
      [pull()],
      pressed({ sha: sha(7) }),
      'no open pull request of acme/bakery:main is at 0007000.',
    ],
    [
      'a second time',
      [pull()],
      pressed({ words: 'batch 99' }),
      'this is the check of an earlier test.',
    ],
    ['before its end', [pull(running(1))], pressed(), 'the test has not ended yet.'],
    ['where there is nothing to repeat', [pull(conflict())], pressed(), 'It conflicts with main.'],
  ])('is refused %s', (_, pulls, command, sentence) => {
    expect(tell(stateOf({ pulls }), command)).toEqual(
      refused(`Retry cannot be requested: ${sentence}`),
    );
  });
});

describe('S4.1 updating', () => {
  it('marks everything', () => {
    expect(tell(stateOf(), { kind: 'update', by: 'alice' })).toEqual(
      changed({ flags: markAll(cleanFlags) }),
    );
  });
});
