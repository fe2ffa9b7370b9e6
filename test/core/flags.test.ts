// The dirty flags as counters, and marks on a branch.

import { describe, expect, it } from 'vitest';
import type { Flags } from '../../schemas/flags.ts';
import {
  cleanFlags,
  isDirty,
  mark,
  markAll,
  scopeOf,
  settle,
  settleScoped,
} from '../../src/core/flags.ts';
import { applyMark } from '../../src/core/mark.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { BRANCH, pullOf, sha, sourceOf, stateOf } from '../support/builders.ts';

describe('S2.1 three dirty flags', () => {
  it('a new branch has everything to read and nothing settled', () => {
    expect(newBranch(BRANCH).flags).toEqual({
      github: { marked: 1, settled: 0, everything: 1, single: {} },
      batch: { marked: 1, settled: 0, everything: 1, single: {} },
      state: { marked: 1, settled: 0 },
    });
  });

  it('a mark of state concerns no other flag', () => {
    expect(mark(cleanFlags, { flag: 'state' })).toEqual({
      ...cleanFlags,
      state: { marked: 1, settled: 0 },
    });
  });

  it.each<[read: 'everything' | number, scope: ReturnType<typeof scopeOf>]>([
    ['everything', { everything: true, single: [] }],
    [7, { everything: false, single: [7] }],
  ])('a mark of batch to read %s asks for no more', (read, scope) => {
    const { batch, ...others } = mark(cleanFlags, { flag: 'batch', read });
    expect([isDirty(batch), scopeOf(batch), others]).toMatchObject([
      true,
      scope,
      { github: cleanFlags.github, state: cleanFlags.state },
    ]);
  });

  it.each<[read: 'everything' | 'branch' | number, scope: ReturnType<typeof scopeOf>]>([
    ['everything', { everything: true, single: [] }],
    ['branch', { everything: false, single: [] }],
    [7, { everything: false, single: [7] }],
  ])('a mark of github to read %s asks for no more', (read, scope) => {
    const { github } = mark(cleanFlags, { flag: 'github', read });
    expect([isDirty(github), scopeOf(github)]).toEqual([true, scope]);
  });

  it('is dirty with any one flag dirty, and clean with none', () => {
    const anyDirty = ({ github, batch, state }: Flags): boolean =>
      [github, batch, state].some(isDirty);
    const marks = [{ flag: 'batch', read: 7 }, { flag: 'state' }] as const;
    const dirty = marks.map((what) => anyDirty(mark(cleanFlags, what)));
    const github = anyDirty(mark(cleanFlags, { flag: 'github', read: 'branch' }));
    expect([...dirty, github, anyDirty(cleanFlags)]).toEqual([true, true, true, false]);
  });
});

describe('S2.2 a flag is cleared only by the pass that saw it', () => {
  it('a mark during a pass survives that pass', () => {
    const before = mark(cleanFlags, { flag: 'batch', read: 'everything' }).batch;
    const seen = before.marked;
    const during = mark(
      { ...cleanFlags, batch: before },
      { flag: 'batch', read: 'everything' },
    ).batch;
    expect([isDirty(settle(before, seen)), isDirty(settle(during, seen))]).toEqual([false, true]);
  });

  it('a pass that ends late takes nothing back that a later one settled', () => {
    expect(settle({ marked: 9, settled: 8 }, 3)).toEqual({ marked: 9, settled: 8 });
  });

  it('a pull request marked during a look is read again, those marked before are not', () => {
    const before = mark(mark(cleanFlags, { flag: 'github', read: 1 }), {
      flag: 'github',
      read: 2,
    }).github;
    const during = mark({ ...cleanFlags, github: before }, { flag: 'github', read: 2 }).github;
    const settled = settleScoped(during, before.marked);
    expect([isDirty(settled), scopeOf(settled)]).toEqual([
      true,
      { everything: false, single: [2] },
    ]);
  });

  it('everything asked for during a look at one pull request is still to be read', () => {
    const before = mark(cleanFlags, { flag: 'github', read: 1 });
    const during = markAll(before).github;
    expect(scopeOf(settleScoped(during, before.github.marked))).toEqual({
      everything: true,
      single: [],
    });
  });

  it('one look settles any number of marks', () => {
    const ten = Array.from({ length: 10 }).reduce<typeof cleanFlags>(
      (flags) => mark(flags, { flag: 'github', read: 7 }),
      cleanFlags,
    ).github;
    expect(settleScoped(ten, ten.marked)).toEqual({
      marked: 10,
      settled: 10,
      everything: 0,
      single: {},
    });
  });
});

describe('S4.3 marks of a commit', () => {
  const state = stateOf({ pulls: [pullOf(1), pullOf(2)] });

  it('reach the pull request that it is the head of', () => {
    const { flags } = applyMark(state, { flag: 'github', read: { sha: sourceOf(2) } });
    expect(scopeOf(flags.github)).toEqual({ everything: false, single: [2] });
  });

  it('change nothing at all when no pull request has that head', () => {
    expect(applyMark(state, { flag: 'github', read: { sha: sha(9) } })).toBe(state);
  });
});
