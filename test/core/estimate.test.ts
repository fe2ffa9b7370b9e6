// S10.2: when the pull requests of the queue land, by how long this branch's tests have taken.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { estimatesOf } from '../../src/core/estimate.ts';
import type { Past } from '../../src/core/past.ts';
import {
  configOf,
  failed,
  HEAD,
  NOON,
  OLD_HEAD,
  passed,
  pullOf,
  running,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const MINUTE = 60_000;
const past = (change: Partial<Past> = {}): Past => ({
  tests: [10, 10, 10, 10].map((minutes) => minutes * MINUTE),
  deploys: [],
  startedAt: new Map(),
  ...change,
});

/** In minutes from now. */
function minutes(
  change: Parameters<typeof stateOf>[0],
  known: Past = past(),
  settings: Parameters<typeof configOf>[0] = {},
): ([number, number] | null)[] {
  const state = stateOf(change);
  const config = configOf(settings);
  return estimatesOf(decide(state, config, NOON), state, config, known, NOON).map(
    (estimate) =>
      estimate && [(estimate.earliest - NOON) / MINUTE, (estimate.latest - NOON) / MINUTE],
  );
}

const waiting = (number: number) => pullOf(number, { build: unbuilt });
const onOld = (number: number) =>
  pullOf(number, { build: passed(number, { targetSha: OLD_HEAD }) });
const tested = (number: number) => pullOf(number, { build: running(number) });

describe('S10.2 an estimate', () => {
  it('is a range: a tenth less and more than tests took, and a minute for the landing', () => {
    expect(minutes({ pulls: [waiting(1)] })).toEqual([[9, 12]]);
  });

  it('adds up along the queue, for each is tested on what the one before it made', () => {
    expect(minutes({ pulls: [onOld(1), onOld(2), waiting(3)] })).toEqual([
      [9, 12],
      [18, 24],
      [27, 36],
    ]);
  });

  it('leaves out what lacks something of its own', () => {
    const pulls = [
      pullOf(1, { build: failed(1) }),
      waiting(2),
      pullOf(3, { facts: { draft: true } }),
    ];
    expect(minutes({ pulls })).toEqual([[9, 12]]);
  });

  it('of one that has passed on the present commit: it lands now', () => {
    expect(minutes({ pulls: [pullOf(1)] })).toEqual([[0, 1]]);
  });

  it('counts what a running test has taken already', () => {
    const startedAt = new Map([[101, NOON - 4 * MINUTE]]);
    expect(minutes({ pulls: [tested(1)] }, past({ startedAt }))).toEqual([[5, 8]]);
    const late = new Map([[101, NOON - 60 * MINUTE]]);
    expect(minutes({ pulls: [tested(1)] }, past({ startedAt: late }))).toEqual([[0, 1]]);
  });

  it('of tests that differ it is the range in which most of them were', () => {
    const tests = [1, 5, 5, 5, 5, 5, 5, 5, 5, 10, 20].map((it) => it * MINUTE);
    expect(minutes({ pulls: [waiting(1)] }, past({ tests }))).toEqual([[4, 12]]);
  });

  it('where no test has ended yet, nothing is known, but that a green one lands now', () => {
    const nothing = past({ tests: [] });
    expect(minutes({ pulls: [waiting(1)] }, nothing)).toEqual([null]);
    expect(minutes({ pulls: [pullOf(1), onOld(2)] }, nothing)).toEqual([[0, 1], null]);
  });

  it('waits for deploys where landings do', () => {
    const deploys = [20 * MINUTE];
    const startedAt = new Map([[9, NOON - 10 * MINUTE]]);
    const deploy = { kind: 'running', sha: HEAD, batch: 9, attempt: 1, jobs: 1 } as const;
    const given = { pulls: [onOld(1), onOld(2)], deploy };
    const known = past({ deploys, startedAt });
    expect(minutes(given, known, { deployable: true })).toEqual([
      [9, 13],
      [27, 36],
    ]);
    const beside = { deployable: true, mergeWhileDeploying: true };
    expect(minutes(given, known, beside)).toEqual([
      [9, 12],
      [18, 24],
    ]);
  });

  it('begins at the end of a freeze; nobody knows it of one without an end', () => {
    const frozen = { reason: 'fire', by: 'alice', since: NOON, until: NOON + 60 * MINUTE };
    expect(minutes({ pulls: [pullOf(1)], frozen })).toEqual([[60, 61]]);
    expect(minutes({ pulls: [pullOf(1)], frozen: { ...frozen, until: null } })).toEqual([null]);
  });

  it('of a branch that was not read, or on which nothing lands, there is none', () => {
    expect(minutes({ pulls: [pullOf(1)], rules: null })).toEqual([null]);
    expect(minutes({ pulls: [pullOf(1)] }, past(), { mergeable: false })).toEqual([]);
  });
});
