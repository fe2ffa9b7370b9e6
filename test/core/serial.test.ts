// The serial strategy: who is the candidate, what is tested, what lands.
import { describe, expect, it } from 'vitest';
import { serial } from '../../src/core/serial.ts';
import type { Standing, TestWish, View } from '../../src/core/strategy.ts';
import {
  conflict,
  failed,
  OLD_HEAD,
  passed,
  pullOf,
  running,
  unbuilt,
} from '../support/builders.ts';

type Change = Partial<Omit<Standing, 'pull'>> & { readonly build?: Standing['pull']['build'] };

/** Approved and untested. */
const standing = (number: number, { build = unbuilt, ...change }: Change = {}): Standing => ({
  pull: pullOf(number, { build }),
  testable: true,
  landableIfGreen: true,
  landable: false,
  current: false,
  startFailures: 0,
  startDelayed: false,
  ...change,
});
/** Passed on the present commit, so that it can land; or on an earlier one. */
const green = (number: number): Standing =>
  standing(number, { build: passed(number), current: true, landable: true });
const stale = (number: number, change: Change = {}): Standing =>
  standing(number, { build: passed(number, { targetSha: OLD_HEAD }), ...change });

const view = (pulls: Standing[], change: Partial<View> = {}): View => ({
  pulls,
  candidate: null,
  running: [],
  runningTestsMax: 3,
  mergeable: true,
  ...change,
});
const wish = (pr: number, reason: TestWish['reason'] = 'new_commit'): TestWish => ({ pr, reason });

describe('S7.4 the merge candidate', () => {
  it.each<[situation: string, view: View, candidate: number | null]>([
    ['nobody', view([]), null],
    ['the first in merge priority', view([stale(2), stale(1)]), 2],
    ['it stays, though another has become first', view([stale(2), stale(1)], { candidate: 1 }), 1],
    [
      'its own retest does not unseat it',
      view([stale(2), standing(1, { build: running(1), current: true })], { candidate: 1 }),
      1,
    ],
    ['it failed', view([standing(1, { build: failed(1) }), stale(2)], { candidate: 1 }), 2],
    [
      'it is eligible no more',
      view([stale(1, { landableIfGreen: false }), stale(2)], { candidate: 1 }),
      2,
    ],
    ['it left', view([stale(2)], { candidate: 1 }), 2],
    [
      'it conflicts with the present commit',
      view([standing(1, { build: conflict(), current: true }), stale(2)], { candidate: 1 }),
      2,
    ],
    [
      'it conflicted with an earlier commit, and may not any more',
      view([standing(1, { build: conflict(OLD_HEAD) }), stale(2)]),
      1,
    ],
    ['nothing lands on this branch', view([stale(1)], { mergeable: false }), null],
    ['all failed', view([standing(1, { build: failed(1) })]), null],
  ])('%s', (_situation, given, candidate) => {
    expect(serial(given).candidate).toBe(candidate);
  });
});

describe('S7.7 nobody behind is blocked', () => {
  it.each<[situation: string, first: Standing, candidate: number]>([
    ['the first waits for approval or another check', stale(1, { landableIfGreen: false }), 2],
    ['its test could not be started, twice', stale(1, { startFailures: 2, startDelayed: true }), 1],
    [
      'its test could not be started, time and again',
      stale(1, { startFailures: 3, startDelayed: true }),
      2,
    ],
    ['it is due to be tried again', stale(1, { startFailures: 3 }), 1],
  ])('%s', (_situation, first, candidate) => {
    expect(serial(view([first, stale(2)], { candidate: 1 })).candidate).toBe(candidate);
  });

  it('what is green lands, though it is not the candidate', () => {
    expect(serial(view([stale(1), green(2)], { candidate: 1 }))).toEqual({
      candidate: 1,
      tests: [wish(1, 'target_moved')],
      land: 2,
      queue: [2, 1],
    });
  });

  it('of several that are green the first lands', () => {
    expect(serial(view([green(1), green(2)]))).toMatchObject({
      ...{ candidate: 1, tests: [], land: 1, queue: [1, 2] },
    });
  });
});

describe('S5.3 what is tested', () => {
  it.each<[situation: string, view: View, tests: TestWish[]]>([
    ['a new one, approved or not', view([standing(1, { landableIfGreen: false })]), [wish(1)]],
    [
      'not one that may not be tested',
      view([standing(1, { testable: false, landableIfGreen: false })]),
      [],
    ],
    [
      'not a stale one that is not the candidate',
      view([stale(1), stale(2)]),
      [wish(1, 'target_moved')],
    ],
    ['not a failed one', view([standing(1, { build: failed(1), current: true })]), []],
    [
      'not a failed one when the branch moves on either',
      view([standing(1, { build: failed(1) })]),
      [],
    ],
    ['not a stale one without approval', view([stale(1, { landableIfGreen: false })]), []],
    [
      'not the candidate while it is up to date',
      view([standing(1, { build: running(1), current: true })]),
      [],
    ],
    [
      'the candidate, though its test on an earlier commit still runs',
      view([standing(1, { build: running(1) })]),
      [wish(1, 'target_moved')],
    ],
    [
      'a retry, for its own reason',
      view([standing(1, { build: { kind: 'unbuilt', why: 'retry' }, landableIfGreen: false })]),
      [wish(1, 'retry')],
    ],
    [
      'a conflict with an earlier commit',
      view([standing(1, { build: conflict(OLD_HEAD), landableIfGreen: false })]),
      [wish(1, 'target_moved')],
    ],
    [
      'not a conflict with the present commit (S6.12)',
      view([standing(1, { build: conflict(), current: true, landableIfGreen: false })]),
      [],
    ],
    [
      'one whose start is delayed stays wished for, so that its failures are remembered',
      view([standing(1, { startDelayed: true, landableIfGreen: false })]),
      [wish(1)],
    ],
  ])('%s', (_situation, given, tests) => {
    expect(serial(given).tests).toEqual(tests);
  });
});

describe('S5.4 so many tests at once', () => {
  const waiting = [1, 2, 3, 4, 5].map((number) => standing(number, { landableIfGreen: false }));

  it.each<[situation: string, view: View, prs: number[]]>([
    ['as many as fit, in merge priority', view(waiting), [1, 2, 3]],
    ['beside those that run', view(waiting, { running: [8, 9] }), [1]],
    ['none when all slots are taken', view(waiting, { running: [7, 8, 9] }), []],
    ['none beside two of one pull request', view(waiting, { running: [8, 8, 9] }), []],
    ['none when more run than may', view(waiting, { running: [6, 7, 8, 9] }), []],
    ['the candidate in any case', view([stale(6), ...waiting], { running: [7, 8, 9] }), [6]],
    [
      "the candidate's own test takes no slot",
      view([standing(6, { build: running(6), current: true }), ...waiting], {
        running: [6, 8, 9],
      }),
      [1],
    ],
    [
      'those whose start is delayed take no slot, and come last',
      view([standing(6, { startDelayed: true, landableIfGreen: false }), ...waiting]),
      [1, 2, 3, 6],
    ],
    ['one at a time', view(waiting, { runningTestsMax: 1 }), [1]],
  ])('%s', (_situation, given, prs) => {
    expect(serial(given).tests.map(({ pr }) => pr)).toEqual(prs);
  });
});

describe('S7.4 landing K approved pull requests', () => {
  it.each([1, 2, 5, 12])('takes at most 2K-1 test batches (K = %i)', (count) => {
    expect(batchesToLand(count)).toBe(2 * count - 1);
  });
});

/** Plays the queue to its end: all are tested on arrival, then each landing moves the branch. */
function batchesToLand(count: number): number {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const testedOn = new Map<number, number>();
  let landed = 0;
  let candidate: number | null = null;
  for (let batches = 0; ; ) {
    const open = numbers.slice(landed);
    if (open.length === 0) return batches;
    const standings = open.map((number) => {
      const on = testedOn.get(number);
      if (on === undefined) return standing(number);
      return on === landed ? green(number) : stale(number);
    });
    const wanted = serial(view(standings, { candidate, runningTestsMax: count }));
    candidate = wanted.candidate;
    if (wanted.tests.length > 0) {
      for (const { pr } of wanted.tests) testedOn.set(pr, landed);
      batches += wanted.tests.length;
    } else if (wanted.land === candidate) landed += 1;
    else throw new Error(`stuck with ${landed} landed`);
  }
}

describe('S10.2 the queue', () => {
  const queue = (...given: Parameters<typeof view>): readonly number[] =>
    serial(view(...given)).queue;

  it('is in merge priority, behind the candidate', () => {
    expect(queue([stale(1), stale(2), stale(3)], { candidate: 3 })).toEqual([3, 1, 2]);
  });
  it('has what runs and what waits to be tested', () => {
    expect(queue([standing(1, { build: running(1) }), standing(2, { build: unbuilt })])).toEqual([
      1, 2,
    ]);
  });
  it('leaves out what could not land if it were green, or has failed', () => {
    const lame = standing(1, { landableIfGreen: false });
    expect(queue([lame, standing(2, { build: failed(2) }), stale(3)])).toEqual([3]);
  });
  it('is empty where nothing lands', () => {
    expect(queue([green(1)], { mergeable: false })).toEqual([]);
  });
});
