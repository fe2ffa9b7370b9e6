// State + what GitHub said -> state, with answers that are older than what we did ourselves.
import { describe, expect, it } from 'vitest';
import type { Landing } from '../../schemas/landing.ts';
import type { BranchState, PullFacts } from '../../schemas/state.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { isDirty, mark } from '../../src/core/flags.ts';
import { foldGithub } from '../../src/core/fold-github.ts';
import type { GithubObservation, PullRead } from '../../src/core/observation.ts';
import { scratchRef, testRef } from '../../src/core/own-refs.ts';
import {
  BRANCH,
  configOf,
  factsOf,
  failed,
  HEAD,
  landedPull,
  NOON,
  OLD_HEAD,
  pullOf,
  running,
  sha,
  sourceOf,
  stateOf,
  testedOf,
  unbuilt,
} from '../support/builders.ts';

const look = (change: Partial<GithubObservation> = {}): GithubObservation => ({
  head: HEAD,
  rules: null,
  pulls: [],
  ownRefs: null,
  seen: 0,
  ...change,
});
const openRead = (number: number, change: Partial<PullFacts> = {}): PullRead => ({
  kind: 'open',
  facts: factsOf(number, change),
});
const gone = (number: number): PullRead => ({ kind: 'gone', number, how: 'closed' });
const fold = (state: Parameters<typeof foldGithub>[0], change: Partial<GithubObservation>) =>
  foldGithub(state, look(change), NOON);

describe('S2.3 what GitHub says of pull requests', () => {
  it('a new one is there to be tested', () => {
    expect(fold(stateOf(), { pulls: [openRead(1)] }).pulls).toEqual({
      1: pullOf(1, { build: unbuilt }),
    });
  });

  it('one that comes back goes on counting its attempts', () => {
    const state = stateOf({ attempts: { 1: 4 } });
    expect(fold(state, { pulls: [openRead(1)] }).pulls[1]?.attempt).toBe(4);
  });

  it('other facts of the same commit leave its test alone', () => {
    const state = stateOf({ pulls: [pullOf(1, { attempt: 3 })] });
    const { pulls } = fold(state, { pulls: [openRead(1, { title: 'Better', draft: true })] });
    expect(pulls[1]).toEqual(pullOf(1, { attempt: 3, facts: { title: 'Better', draft: true } }));
  });

  it('a new commit makes everything about the old one void (S5.3)', () => {
    const check = intendedCheck(pullOf(1), [], configOf());
    const state = stateOf({
      pulls: [
        pullOf(1, {
          attempt: 2,
          posted: { sha: sourceOf(1), check, at: NOON },
          parked: { words: 'no', until: NOON + 1, times: 1 },
        }),
      ],
    });
    const source = { ...factsOf(1).source, sha: sha(5) };
    expect(fold(state, { pulls: [openRead(1, { source })] }).pulls[1]).toEqual(
      pullOf(1, { attempt: 2, build: unbuilt, facts: { source } }),
    );
  });

  it('one that is gone is forgotten: no candidate any more, its attempts kept, its ref dropped', () => {
    const state = stateOf({ pulls: [pullOf(1, { attempt: 3 })], candidate: 1 });
    expect(fold(state, { pulls: [gone(1)] })).toMatchObject({
      pulls: {},
      candidate: null,
      attempts: { 1: 3 },
      refsToDrop: [testRef(BRANCH, 1)],
    });
  });

  // Unbuilt after a push, a ref of the commit before may still be there.
  it.each([unbuilt, failed(1), running(1)])('gone with a test that is $kind', (build) => {
    const { refsToDrop } = fold(stateOf({ pulls: [pullOf(1, { build })] }), { pulls: [gone(1)] });
    expect(refsToDrop).toEqual([testRef(BRANCH, 1)]);
  });

  it('S5.3 one that comes back with the same commit has its result, with another it has none', () => {
    const left = fold(stateOf({ pulls: [pullOf(1, { build: failed(1) })] }), { pulls: [gone(1)] });
    expect(fold(left, { pulls: [openRead(1)] }).pulls[1]?.build).toEqual(failed(1));
    const source = { ...factsOf(1).source, sha: sha(5) };
    expect(fold(left, { pulls: [openRead(1, { source })] }).pulls[1]?.build).toEqual(unbuilt);
  });

  it('one that was asked for again before it left for the second time has no result of before', () => {
    const left = { 1: { sourceSha: sourceOf(1), build: failed(1) } };
    const again = pullOf(1, { attempt: 2, build: { kind: 'unbuilt', why: 'retry' } });
    const closed = fold(stateOf({ pulls: [again], left }), { pulls: [gone(1)] });
    expect(fold(closed, { pulls: [openRead(1)] }).pulls[1]?.build).toEqual(unbuilt);
  });

  it('one whose test still ran when it left is tested again', () => {
    const left = fold(stateOf({ pulls: [pullOf(1, { build: running(1) })] }), { pulls: [gone(1)] });
    expect(fold(left, { pulls: [openRead(1)] }).pulls[1]?.build).toEqual(unbuilt);
  });

  it('one that comes back keeps the ref that its test needs', () => {
    const state = stateOf({ refsToDrop: [testRef(BRANCH, 1), testRef(BRANCH, 2)] });
    expect(fold(state, { pulls: [openRead(1)] }).refsToDrop).toEqual([testRef(BRANCH, 2)]);
  });

  it('what calls that were cut off have left behind is dropped, and what is needed is kept', () => {
    const scratch = scratchRef(BRANCH, { pr: 1, sourceSha: sourceOf(1), targetSha: HEAD });
    const ownRefs = [scratch, testRef(BRANCH, 1), testRef(BRANCH, 2), testRef(BRANCH, 3)];
    const before = stateOf({ pulls: [pullOf(1)], refsToDrop: [testRef(BRANCH, 3)] });
    const after = fold(before, { pulls: [openRead(1)], ownRefs });
    expect(after.refsToDrop).toEqual([testRef(BRANCH, 3), scratch, testRef(BRANCH, 2)]);
  });

  it('one that was never here can be gone, too', () => {
    const state = stateOf({ pulls: [pullOf(1)] });
    expect(fold(state, { pulls: [gone(9)] }).pulls).toBe(state.pulls);
  });
});

describe('S2.2 what a look settles and marks', () => {
  const dirty = stateOf({
    pulls: [pullOf(1)],
    flags: mark(stateOf().flags, { flag: 'github', read: 1 }),
  });

  it('the state flag is left alone when nothing changed', () => {
    const { flags } = fold(dirty, { pulls: [openRead(1)], seen: 1 });
    expect(flags).toEqual({
      ...dirty.flags,
      github: { marked: 1, settled: 1, everything: 0, single: {} },
    });
  });

  it.each<[change: string, seen: Partial<GithubObservation>]>([
    ['a label', { pulls: [openRead(1, { labels: ['WIP'] })] }],
    ['a pull request left', { pulls: [gone(1)] }],
    ['the branch moved', { head: sha(3) }],
    ['the branch is gone', { head: null }],
    ['a rule was added', { rules: { checks: [{ name: 'lint', app: null }] } }],
  ])('%s marks it', (_change, seen) => {
    expect(isDirty(fold(dirty, { seen: 1, ...seen }).flags.state)).toBe(true);
  });

  it('rules that were not read this time stay as they were', () => {
    const rules = { checks: [{ name: 'lint', app: null }] };
    expect(fold(stateOf({ rules }), { rules: null }).rules).toEqual(rules);
  });

  it('a look that succeeded ends the hold on GitHub', () => {
    const hold = { notBefore: NOON, failures: 3, error: 'x' };
    const { holds } = fold(stateOf({ holds: { github: hold, batch: hold, kubernetes: null } }), {});
    expect(holds).toEqual({ github: null, batch: hold, kubernetes: null });
  });
});

describe("S7.5 GitHub's reads may lag behind a landing", () => {
  const landed = (ageMs: number) =>
    stateOf({
      head: testedOf(1),
      landings: [landedPull(1, { targetSha: OLD_HEAD, at: NOON - ageMs })],
    });

  it.each<[situation: string, state: BranchState, seen: typeof HEAD | null, head: unknown]>([
    ['the commit before, within the lag', landed(59_999), OLD_HEAD, testedOf(1)],
    ['the commit before, later: somebody reset the branch', landed(60_000), OLD_HEAD, OLD_HEAD],
    [
      'two landings before, within the lag',
      stateOf({
        head: testedOf(2),
        landings: [
          landedPull(2, { targetSha: testedOf(1), at: NOON }),
          landedPull(1, { targetSha: OLD_HEAD, at: NOON - 59_999 }),
        ],
      }),
      OLD_HEAD,
      testedOf(2),
    ],
    ['a commit on top', landed(0), sha(3), sha(3)],
    ['the branch is gone', landed(0), null, null],
    [
      'the commit before, when the branch has already been seen elsewhere',
      { ...landed(0), head: sha(3) },
      OLD_HEAD,
      OLD_HEAD,
    ],
  ])('%s', (_situation, state, seen, head) => {
    expect(fold(state, { head: seen }).head).toBe(head);
  });

  it.each<[shown: string, source: typeof HEAD, there: boolean]>([
    ['as it was', sourceOf(1), false],
    ['with its branch moved to what landed', testedOf(1), false],
    ['with a new commit since', sha(5), true],
  ])('a landed pull request that is listed as open %s', (_shown, source, there) => {
    const facts = openRead(1, { source: { ...factsOf(1).source, sha: source } });
    expect(1 in fold(landed(0), { pulls: [facts] }).pulls).toBe(there);
  });

  const MINUTE = 60_000;
  const long = NOON - MINUTE;
  it.each<[situation: string, landing: Partial<Landing>, there: boolean, toClose: boolean]>([
    ['just after it landed', { at: long + 1 }, false, false],
    ['when reads have caught up: GitHub has missed it', { at: long }, false, true],
    ['before it was read back', { at: long, verified: false }, false, true],
    ['before it was closed', { at: long, toClose: true }, false, true],
    ['just after it was closed', { at: 0, closedAt: long + 1 }, false, false],
    ['later: somebody has opened it again', { at: 0, closedAt: long }, true, false],
  ])('a landed pull request that is shown as open %s', (_situation, landing, there, toClose) => {
    const facts = openRead(1, { source: { ...factsOf(1).source, sha: testedOf(1) } });
    const after = fold(stateOf({ landings: [landedPull(1, landing)] }), { pulls: [facts] });
    expect([1 in after.pulls, after.landings[0]?.toClose]).toEqual([there, toClose]);
    expect(isDirty(after.flags.state)).toBe(there || (toClose && !landing.toClose));
  });
});

describe("S9.2 GitHub's reads may lag behind a check", () => {
  const config = configOf();
  const success = intendedCheck(pullOf(1), [], config);
  const pending = intendedCheck(pullOf(1, { build: running(1) }), [], config);
  const posted = (ageMs: number) =>
    stateOf({
      pulls: [
        pullOf(1, {
          facts: { shown: success },
          posted: { sha: sourceOf(1), check: success, at: NOON - ageMs },
        }),
      ],
    });

  it.each<[situation: string, ageMs: number, shown: typeof success | null, believed: unknown]>([
    ['the check before, within the lag', 59_999, pending, success],
    ['none, within the lag', 0, null, success],
    ['another, later: somebody overwrote it (S9.1)', 60_000, pending, pending],
    ['none, later', 60_000, null, null],
    ['the check that was posted', 0, success, success],
  ])('%s', (_situation, ageMs, shown, believed) => {
    const { pulls } = fold(posted(ageMs), { pulls: [openRead(1, { shown })] });
    expect(pulls[1]?.facts.shown).toEqual(believed);
  });

  it.each([
    ['another pull request that has the commit', 59_999, success],
    ['the same, later', 60_000, null],
  ] as const)('%s', (_situation, ageMs, believed) => {
    const { source } = pullOf(1).facts;
    const { pulls } = fold(posted(ageMs), { pulls: [openRead(4, { source, shown: null })] });
    expect(pulls[4]?.facts.shown).toEqual(believed);
  });
});

describe('S2.4 a branch read for the first time', () => {
  it('is all there after one look', () => {
    const rules = { checks: [{ name: 'lint', app: null }] };
    const empty = stateOf({ head: null, rules: null });
    expect(fold(empty, { rules, pulls: [openRead(2), openRead(1)] })).toMatchObject({
      head: HEAD,
      rules,
      pulls: { 1: { build: unbuilt }, 2: { build: unbuilt } },
    });
  });
});
