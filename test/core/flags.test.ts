// The dirty flags as counters, and marks on a branch.

import { describe, expect, it } from 'vitest';
import type { Flags } from '../../schemas/state.ts';
import {
  cleanFlags,
  githubScope,
  isDirty,
  mark,
  markAll,
  settle,
  settleGithub,
} from '../../src/core/flags.ts';
import { applyMark } from '../../src/core/mark.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { BRANCH, pullOf, sha, sourceOf, stateOf } from '../support/builders.ts';

describe('S2.1 three dirty flags', () => {
  it('a new branch has everything to read and nothing settled', () => {
    expect(newBranch(BRANCH).flags).toEqual({
      github: { marked: 1, settled: 0, everything: 1, pulls: {} },
      batch: { marked: 1, settled: 0 },
      state: { marked: 1, settled: 0 },
    });
  });

  it.each(['batch', 'state'] as const)('a mark of %s concerns no other flag', (flag) => {
    expect(mark(cleanFlags, { flag })).toEqual({
      ...cleanFlags,
      [flag]: { marked: 1, settled: 0 },
    });
  });

  it.each<[read: 'everything' | 'branch' | number, scope: ReturnType<typeof githubScope>]>([
    ['everything', { everything: true, pulls: [] }],
    ['branch', { everything: false, pulls: [] }],
    [7, { everything: false, pulls: [7] }],
  ])('a mark of github to read %s asks for no more', (read, scope) => {
    const { github } = mark(cleanFlags, { flag: 'github', read });
    expect([isDirty(github), githubScope(github)]).toEqual([true, scope]);
  });

  it('is dirty with any one flag dirty, and clean with none', () => {
    const anyDirty = ({ github, batch, state }: Flags): boolean =>
      [github, batch, state].some(isDirty);
    const dirty = (['batch', 'state'] as const).map((flag) => anyDirty(mark(cleanFlags, { flag })));
    const github = anyDirty(mark(cleanFlags, { flag: 'github', read: 'branch' }));
    expect([...dirty, github, anyDirty(cleanFlags)]).toEqual([true, true, true, false]);
  });
});

describe('S2.2 a flag is cleared only by the pass that saw it', () => {
  it('a mark during a pass survives that pass', () => {
    const before = mark(cleanFlags, { flag: 'batch' }).batch;
    const seen = before.marked;
    const during = mark({ ...cleanFlags, batch: before }, { flag: 'batch' }).batch;
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
    const settled = settleGithub(during, before.marked);
    expect([isDirty(settled), githubScope(settled)]).toEqual([
      true,
      { everything: false, pulls: [2] },
    ]);
  });

  it('everything asked for during a look at one pull request is still to be read', () => {
    const before = mark(cleanFlags, { flag: 'github', read: 1 });
    const during = markAll(before).github;
    expect(githubScope(settleGithub(during, before.github.marked))).toEqual({
      everything: true,
      pulls: [],
    });
  });

  it('one look settles any number of marks', () => {
    const ten = Array.from({ length: 10 }).reduce<typeof cleanFlags>(
      (flags) => mark(flags, { flag: 'github', read: 7 }),
      cleanFlags,
    ).github;
    expect(settleGithub(ten, ten.marked)).toEqual({
      marked: 10,
      settled: 10,
      everything: 0,
      pulls: {},
    });
  });
});

describe('S4.3 marks of a commit', () => {
  const state = stateOf({ pulls: [pullOf(1), pullOf(2)] });

  it('reach the pull request that it is the head of', () => {
    const { flags } = applyMark(state, { flag: 'github', read: { sha: sourceOf(2) } });
    expect(githubScope(flags.github)).toEqual({ everything: false, pulls: [2] });
  });

  it('change nothing at all when no pull request has that head', () => {
    expect(applyMark(state, { flag: 'github', read: { sha: sha(9) } })).toBe(state);
  });
});
