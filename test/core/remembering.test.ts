// What is remembered of what left has a bound, and what has just left is never beyond it.
import { describe, expect, it } from 'vitest';
import type { BranchState } from '../../schemas/state.ts';
import { remembering } from '../../src/core/change.ts';
import { decide } from '../../src/core/decide.ts';
import { foldGithub, withoutPull } from '../../src/core/fold-github.ts';
import { foldOutcome } from '../../src/core/fold-outcome.ts';
import { configOf, HEAD, NOON, openPull, passed, sha, stateOf } from '../support/builders.ts';

const higher = <T>(count: number, value: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [1_000 + index, value]));

describe('a memory of at most three', () => {
  it.each<[what: string, newest: Record<string, string>, kept: Record<string, string>]>([
    ['loses what was first', { d: '4' }, { b: '2', c: '3', d: '4' }],
    ['moves what is new again to the end', { a: '5' }, { b: '2', c: '3', a: '5' }],
    ['keeps all without news', {}, { a: '1', b: '2', c: '3' }],
    ['takes no more than that', { d: '4', e: '5', f: '6', g: '7' }, { e: '5', f: '6', g: '7' }],
  ])('%s', (_, newest, kept) => {
    const after = remembering({ a: '1', b: '2', c: '3' }, newest, 3);
    expect(Object.entries(after)).toEqual(Object.entries(kept));
  });

  it('keeps what is new, however low its number', () => {
    expect(remembering({ 7: 'g', 8: 'h', 9: 'i' }, { 1: 'a' }, 3)).toEqual({
      1: 'a',
      8: 'h',
      9: 'i',
    });
  });
});

describe('S6.10 nothing older is ever the result again', () => {
  it('of a pull request that comes back, whatever higher numbers left before', () => {
    const pull = openPull(5, { attempt: 2, build: { kind: 'unbuilt', why: 'retry' } });
    const closed = withoutPull(stateOf({ pulls: [pull], attempts: higher(1_000, 2) }), 5);
    const look = { head: HEAD, rules: null, ownRefs: null, seen: 1 };
    const back = foldGithub(
      closed,
      { ...look, pulls: [{ kind: 'open', facts: pull.facts }] },
      NOON,
    );
    const { actions } = decide(back, configOf(), NOON);
    expect(actions.find(({ kind }) => kind === 'start_test')).toMatchObject({ pr: 5, attempt: 2 });
  });

  it('and one that was tested once is not remembered at the cost of others', () => {
    const attempts = higher(1_000, 2);
    expect(withoutPull(stateOf({ pulls: [openPull(5)], attempts }), 5).attempts).toEqual(attempts);
  });
});

it('S2.4 a result is kept for one that comes back, whatever higher numbers left before', () => {
  const pull = openPull(5, { build: passed(5) });
  const left = higher(100, { sourceSha: sha(9), build: passed(9) });
  expect(withoutPull(stateOf({ pulls: [pull], left }), 5).left[5]?.build).toEqual(passed(5));
});

it('why nothing could be tested is not kept: it may be long, and is found out again', () => {
  const why = { kind: 'conflict', message: 'It conflicts with main.' } as const;
  const pull = openPull(5, { build: { kind: 'unbuildable', targetSha: HEAD, why } });
  expect(withoutPull(stateOf({ pulls: [pull] }), 5).left).toEqual({});
});

it('S8.1 a commit that comes back is deployed anew, however many were deployed since', () => {
  let state: BranchState = stateOf();
  const deploy = (of: BranchState['head'], batch: number): number | undefined => {
    state = { ...state, head: of };
    const { actions } = decide(state, configOf({ deployable: true }), NOON);
    const action = actions.find(({ kind }) => kind === 'start_deploy');
    if (action?.kind !== 'start_deploy') return undefined;
    state = foldOutcome(state, { kind: 'deploy_started', action, batch, jobs: 1 }, NOON, 0);
    const { sha, attempt } = action;
    state = { ...state, deploy: { kind: 'succeeded', sha, batch, attempt, jobs: 1 } };
    return attempt;
  };
  expect(deploy(HEAD, 1)).toBe(1);
  expect(deploy(sha(1), 2)).toBe(1);
  expect(deploy(HEAD, 3)).toBe(2);
  for (let index = 2; index <= 1_000; index += 1) expect(deploy(sha(index), index + 2)).toBe(1);
  expect(deploy(HEAD, 2_000)).toBe(3);
});
