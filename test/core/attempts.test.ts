// S10.1: a pull request's test batches, and how long tests take, as the event log tells it.
import { describe, expect, it } from 'vitest';
import type { Event } from '../../schemas/event.ts';
import { attemptsOf } from '../../src/core/attempts.ts';
import { pastOf } from '../../src/core/past.ts';
import { failed, NOON, passed, running, unbuilt } from '../support/builders.ts';

/** One a minute. */
const log = (...lines: (Pick<Event, 'kind' | 'data'> & Partial<Event>)[]): Event[] =>
  lines.map((line, index) => ({
    seq: index + 1,
    at: NOON + index * 60_000,
    pr: 1,
    text: '',
    ...line,
  }));
const test = (kind: Event['kind'], batch: number, attempt = 1, reason = 'new_commit') => ({
  kind,
  data: { batch, attempt, reason },
});
const of = (kind: Event['kind'], batch: number) => ({ kind, data: { batch } });
const brief = (rows: ReturnType<typeof attemptsOf>) =>
  rows.map(({ batch, attempt, startedAt, endedAt, state }) => [
    ...[batch, attempt, state],
    ...[startedAt, endedAt].map((at) => at && (at - NOON) / 60_000),
  ]);

describe('S10.1 attempts', () => {
  it('newest first, each with its beginning, its end and what became of it', () => {
    const events = log(
      test('test.started', 101),
      test('test.failed', 101),
      of('test.discarded', 101),
      test('test.started', 102, 2, 'retry'),
      test('test.passed', 102, 2, 'retry'),
      { kind: 'branch.moved', data: { from: null, to: null } },
      test('test.started', 103, 2, 'target_moved'),
    );
    const rows = attemptsOf(events, running(1, { batch: 103, attempt: 2, reason: 'target_moved' }));
    expect(brief(rows)).toEqual([
      [103, 2, 'running', 6, null],
      [102, 2, 'success', 3, 4],
      [101, 1, 'failure', 0, 1],
    ]);
    expect(rows.map(({ reason }) => reason)).toEqual(['target_moved', 'retry', 'new_commit']);
  });

  it('one that nobody waited for was cancelled, whether or not it was told', () => {
    const events = log(
      test('test.started', 101),
      of('test.discarded', 101),
      test('test.started', 102),
      of('test.cancelled', 102),
      test('test.started', 103),
      test('test.started', 104),
    );
    expect(brief(attemptsOf(events, unbuilt))).toEqual([
      [104, 1, 'cancelled', 5, null],
      [103, 1, 'cancelled', 4, null],
      [102, 1, 'cancelled', 2, 3],
      [101, 1, 'cancelled', 0, 1],
    ]);
  });

  it('the newest is known also where the log does not go back so far', () => {
    expect(brief(attemptsOf([], failed(1)))).toEqual([[101, 1, 'failure', null, null]]);
    expect(brief(attemptsOf(log(test('test.passed', 101)), passed(1)))).toEqual([
      [101, 1, 'success', null, 0],
    ]);
    expect(attemptsOf(log(of('test.discarded', 7)), undefined)).toEqual([]);
  });
});

describe('S10.2 how long tests and deploys have taken', () => {
  it('by those that ended well and were whole, newest first', () => {
    const events = log(
      of('deploy.started', 9),
      test('test.started', 101),
      test('test.started', 102),
      test('test.passed', 102),
      test('test.failed', 101),
      test('test.started', 103, 2, 'tactical_retry'),
      test('test.passed', 103, 2, 'tactical_retry'),
      of('deploy.succeeded', 9),
      test('test.passed', 100),
      test('test.started', 104),
      { kind: 'branch.moved', data: {} },
      test('test.passed', 104),
    );
    const { tests, deploys, startedAt } = pastOf(events);
    expect(tests.map((ms) => ms / 60_000)).toEqual([2, 1]);
    expect(deploys.map((ms) => ms / 60_000)).toEqual([7]);
    expect(startedAt.get(104)).toBe(NOON + 9 * 60_000);
  });

  it('a deploy that could not be compiled is none', () => {
    expect(pastOf(log({ kind: 'deploy.failed', data: { sha: 'x', batch: null } })).deploys).toEqual(
      [],
    );
  });
});
