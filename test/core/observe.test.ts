// What a pass reads, in which order, and what it makes of a look that failed. Single passes over
// stubs; whole stories are told in test/scenarios.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { mark, markAll } from '../../src/core/flags.ts';
import { unknownBudget } from '../../src/core/github-budget.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { nextAlarm } from '../../src/core/next-alarm.ts';
import type { PullRead } from '../../src/core/observation.ts';
import { observeBatches } from '../../src/loop/observe-batches.ts';
import { observeGithub } from '../../src/loop/observe-github.ts';
import { pass } from '../../src/loop/pass.ts';
import { branchStatus } from '../../src/loop/status.ts';
import {
  BRANCH,
  configOf,
  factsOf,
  HEAD,
  landedPull,
  landingOf,
  NOON,
  observedTest,
  outboxOf,
  passed,
  pullOf,
  running,
  stateOf,
  withCheckShown,
} from '../support/builders.ts';
import { answer, noAnswer, stubLoop } from '../support/stub-loop.ts';

const rules = { checks: [] };
const page = (...numbers: number[]) => ({
  head: HEAD,
  pulls: numbers.map((number) => factsOf(number)),
  unreadable: [],
  ownRefs: [],
  next: null,
});

describe('S2.4 a branch whose storage was lost', () => {
  const listed = [
    observedTest(2, 102, { kind: 'running' }),
    observedTest(1, 101, { kind: 'failed', failure: '1 of 2 jobs failed' }),
  ];

  it('adopts the batches that are there, and starts nothing twice', async () => {
    const { loop, state } = stubLoop(newBranch(BRANCH), {
      github: {
        readRules: () => answer(rules),
        readPage: () => answer(page(1, 2)),
        postCheck: () => answer(undefined),
      },
      batch: { list: () => answer(listed), failures: () => answer({ jobs: [], unread: null }) },
    });
    await pass(loop);
    expect([state().pulls[1]?.build.kind, state().pulls[2]?.build]).toEqual(['failed', running(2)]);
  });

  it('does not take batches for orphans while GitHub does not answer', async () => {
    const { loop, state } = stubLoop(newBranch(BRANCH), {
      github: { readRules: noAnswer, readPage: noAnswer },
    });
    await pass(loop);
    expect([state().batchesReadTo, state().live]).toEqual([null, []]);
    expect(nextAlarm(state(), configOf(), NOON)).toBe(state().holds.github?.notBefore);
  });
});

describe('S6.9 the facts of a pull request stand still while its landing is in doubt', () => {
  const doubtful = (reads: PullRead[]) => {
    const flags = mark(stateOf().flags, { flag: 'github', read: 1 });
    const outbox = outboxOf({
      action: { kind: 'land', landing: landingOf(1) },
      state: 'unknown',
      notBefore: 0,
    });
    const pulls = [withCheckShown(pullOf(1))];
    return stubLoop(stateOf({ pulls, outbox, flags: mark(flags, { flag: 'state' }) }), {
      github: {
        readPulls: () => answer({ head: landingOf(1).testedSha, pulls: reads }),
        readBack: () => answer({ kind: 'landed', sha: landingOf(1).testedSha } as const),
        verify: async ({ testedTree: tree }) =>
          answer(
            tree === landedPull(1).testedTree
              ? { kind: 'as_tested' }
              : { kind: 'differs', words: `not the tree ${tree}` },
          ),
      },
    });
  };

  it.each<[what: string, read: PullRead]>([
    ['GitHub calls it merged', { kind: 'gone', number: 1, how: 'merged' }],
    [
      'GitHub shows its branch at the tested commit, still open',
      {
        kind: 'open',
        facts: factsOf(1, {
          source: { ...factsOf(1).source, sha: landingOf(1).testedSha },
        }),
      },
    ],
  ])('so it is known afterwards what landed: %s', async (_what, read) => {
    const { loop, state } = doubtful([read]);
    await pass(loop);
    expect([state().landings, state().frozen]).toEqual([[landedPull(1)], null]);
  });
});

describe('S9.3 a batch is gone only when it was asked for again', () => {
  const looking = (answers: (ReturnType<typeof observedTest> | null)[]) => {
    const flags = mark(stateOf().flags, { flag: 'batch', read: 'everything' });
    const pulls = [withCheckShown(pullOf(1, { build: running(1) }))];
    return stubLoop(stateOf({ pulls, flags }), {
      batch: { list: () => answer([]), get: () => answer(answers.shift() ?? null) },
    });
  };

  it.each<[answers: string, given: Parameters<typeof looking>[0], build: unknown]>([
    ['not there, twice', [null, null], { kind: 'unbuilt', why: 'batch_gone' }],
    ['there the second time', [null, observedTest(1, 101, { kind: 'passed' })], passed(1)],
    ['there at once', [observedTest(1, 101, { kind: 'running' })], running(1)],
  ])('%s', async (_answers, given, build) => {
    const { loop, state } = looking(given);
    await observeBatches(loop);
    expect(state().pulls[1]?.build).toEqual(build);
  });

  it('one that cannot be read stays what it was, and is looked for next time', async () => {
    const flags = mark(stateOf().flags, { flag: 'batch', read: 'everything' });
    const pulls = [pullOf(1, { build: running(1) })];
    const newer = observedTest(2, 150, { kind: 'passed' });
    const { loop, state } = stubLoop(stateOf({ pulls, flags }), {
      batch: { list: () => answer([newer]), get: noAnswer },
    });
    await observeBatches(loop);
    expect([state().pulls[1]?.build, state().batchesReadTo]).toEqual([running(1), 100]);
  });
});

describe('S3.3 a look that fails', () => {
  it('leaves its flag dirty and is taken again later and later', async () => {
    const { loop, state } = stubLoop(stateOf({ flags: markAll(stateOf().flags) }), {
      github: { readRules: noAnswer, readPage: noAnswer },
    });
    await observeGithub(loop);
    const first = state();
    await observeGithub(loop);
    const held = state();
    loop.store.update((now) => ({
      ...now,
      holds: { ...now.holds, github: now.holds.github && { ...now.holds.github, notBefore: NOON } },
    }));
    await observeGithub(loop);
    expect([first.flags.github, first.holds.github, held, state().holds.github]).toEqual([
      { marked: 1, settled: 0, everything: 1, single: {} },
      { notBefore: NOON + 1000, failures: 1, error: 'no answer' },
      first,
      { notBefore: NOON + 2000, failures: 2, error: 'no answer' },
    ]);
  });

  it('of one API does not keep the other from being read', async () => {
    const { loop, state } = stubLoop(stateOf({ flags: markAll(stateOf().flags) }), {
      github: { readRules: noAnswer, readPage: noAnswer },
      batch: { list: () => answer([]) },
    });
    await pass(loop);
    expect([state().flags.github.settled, state().flags.batch]).toEqual([
      0,
      expect.objectContaining({ marked: 1, settled: 1 }),
    ]);
  });
});

describe('S4.1 reading everything', () => {
  it('asks one by one for pull requests that no page had', async () => {
    const pulls = [pullOf(1), pullOf(2), pullOf(3)];
    const { loop, state } = stubLoop(stateOf({ pulls, flags: markAll(stateOf().flags) }), {
      github: {
        readRules: () => answer(rules),
        readPage: (cursor) => answer({ ...page(cursor ? 4 : 1), next: cursor ? null : 'more' }),
        readPulls: (numbers) =>
          answer({
            head: HEAD,
            pulls: numbers.map((number) =>
              number === 2
                ? { kind: 'open', facts: factsOf(2, { title: 'Shifted' }) }
                : { kind: 'gone', number, how: 'closed' },
            ),
          }),
      },
    });
    await observeGithub(loop);
    const titles = Object.values(state().pulls).map(({ facts }) => facts.title);
    expect(titles).toEqual(['Change 1', 'Shifted', 'Change 4']);
  });

  it('asks by number where a page cannot tell whether the wanted App has reported', async () => {
    const lint = (required: boolean) =>
      ({ name: 'lint', app: 'untold', state: 'success', required }) as const;
    const asked: number[][] = [];
    const pulls = [pullOf(1), pullOf(2)];
    const { loop, state } = stubLoop(stateOf({ pulls, flags: markAll(stateOf().flags) }), {
      github: {
        readRules: () => answer({ checks: [{ name: 'lint', app: 7 }] }),
        readPage: () =>
          answer({ ...page(), pulls: [factsOf(1), factsOf(2, { checks: [lint(false)] })] }),
        readPulls: (numbers) => {
          asked.push([...numbers]);
          const facts = factsOf(2, { checks: [lint(true)] });
          return answer({ head: HEAD, pulls: [{ kind: 'open', facts }] });
        },
      },
    });
    await observeGithub(loop);
    expect(asked).toEqual([[2]]);
    expect(state().pulls[2]?.facts.checks).toEqual([lint(true)]);
  });

  it('halves a page that GitHub takes too long for, and goes on from the same place', async () => {
    const asked: [cursor: string | null, first: number][] = [];
    const { loop, state } = stubLoop(stateOf({ flags: markAll(stateOf().flags) }), {
      github: {
        readRules: () => answer(rules),
        readPage: (cursor, first = 25) => {
          asked.push([cursor, first]);
          if (cursor !== null && first > 6) return noAnswer();
          return answer({
            ...page(cursor === null ? 1 : 2),
            next: cursor === null ? 'more' : null,
          });
        },
      },
    });
    await observeGithub(loop);
    expect(asked).toEqual([
      [null, 25],
      ['more', 25],
      ['more', 12],
      ['more', 6],
    ]);
    expect(Object.keys(state().pulls)).toEqual(['1', '2']);
    expect(state().holds.github).toBeNull();
  });

  it('halves a group of numbers, too, and gives up over a single one', async () => {
    const asked: (readonly number[])[] = [];
    const flags = [1, 2, 3].reduce(
      (flags, read) => mark(flags, { flag: 'github', read }),
      stateOf().flags,
    );
    const { loop, state } = stubLoop(stateOf({ flags }), {
      github: {
        readPulls: (numbers) => {
          asked.push(numbers);
          if (numbers.length > 1 || numbers[0] === 3) return noAnswer();
          return answer({ head: HEAD, pulls: [] });
        },
      },
    });
    await observeGithub(loop);
    expect(asked).toEqual([[1, 2, 3], [1, 2], [1], [2], [3]]);
    expect(state().holds.github?.failures).toBe(1);
  });

  it('S3.3 every API that may not be asked is named, and when the first of them is tried', () => {
    const holds = {
      ...stateOf().holds,
      github: { failures: 1, error: 'Server Error (500)', notBefore: NOON + 9_000 },
      batch: { failures: 1, error: 'no answer', notBefore: NOON + 4_000 },
    };
    expect(branchStatus(stateOf({ holds }), configOf(), unknownBudget)).toMatchObject({
      last_error: 'GitHub: Server Error (500); Batch: no answer',
      next_try_at: new Date(NOON + 4_000).toISOString(),
    });
  });

  it('one that cannot be read is nobody else’s trouble, and is told of until it can', async () => {
    const why = 'unexpected answer at title: expected string';
    const unreadable = [1, 9].map((number) => ({ kind: 'unreadable' as const, number, why }));
    const pulls = [pullOf(1, { build: passed(1) }), pullOf(2)];
    const flags = markAll(stateOf().flags);
    const { loop, state } = stubLoop(stateOf({ pulls, flags }), {
      github: {
        readRules: () => answer(rules),
        readPage: () => answer({ ...page(2), unreadable }),
      },
    });
    await observeGithub(loop);
    expect(state().unreadPulls).toEqual({ 1: why, 9: why });
    const { blocked } = decide(state(), configOf(), NOON);
    const reasons = (pr: number) => blocked.find((one) => one.pr === pr)?.reasons ?? [];
    expect(reasons(1)).toContainEqual({ kind: 'pull_unread', error: why });
    expect(reasons(2).map(({ kind }) => kind)).not.toContain('pull_unread');
    expect(branchStatus(state(), configOf(), unknownBudget).last_error).toBe(
      `GitHub's answer about #1 could not be read: ${why}`,
    );
    const again = stubLoop(
      { ...state(), flags: markAll(state().flags) },
      {
        github: {
          readRules: () => answer(rules),
          readPage: () => answer(page(1, 2)),
          readPulls: () =>
            answer({ head: HEAD, pulls: [{ kind: 'gone', number: 9, how: 'closed' }] }),
        },
      },
    );
    await observeGithub(again.loop);
    expect(again.state().unreadPulls).toEqual({});
  });

  it('a few that were marked are read by number, many by pages', async () => {
    const marked = (count: number) =>
      Array.from({ length: count }, (_, index) => index + 1).reduce(
        (flags, read) => mark(flags, { flag: 'github', read }),
        stateOf().flags,
      );
    const few: number[][] = [];
    const pages: (string | null)[] = [];
    for (const count of [1, 25, 26]) {
      const { loop } = stubLoop(stateOf({ flags: marked(count) }), {
        github: {
          readPulls: (numbers) => {
            few.push([...numbers]);
            return answer({ head: HEAD, pulls: [] });
          },
          readRules: () => answer(rules),
          readPage: (cursor) => {
            pages.push(cursor);
            return answer(page());
          },
        },
      });
      await observeGithub(loop);
    }
    expect([few.map(({ length }) => length), pages]).toEqual([[1, 25], [null]]);
  });
});

describe('S3.1 logs that cannot be read', () => {
  it('are read after everything else that is to be done', async () => {
    const calls: string[] = [];
    const failed = { kind: 'failed', failure: '1 of 2 jobs failed' } as const;
    const { loop } = stubLoop(newBranch(BRANCH), {
      github: {
        readRules: () => answer(rules),
        readPage: () => answer(page(1, 2, 3)),
        postCheck: () => {
          calls.push('check');
          return answer(undefined);
        },
      },
      batch: {
        list: () =>
          answer([
            ...[observedTest(1, 101, failed), observedTest(2, 102, failed)],
            observedTest(3, 103, { kind: 'running' }),
          ]),
        failures: async () => {
          calls.push('logs');
          return noAnswer();
        },
      },
    });
    await pass(loop);
    expect(calls.slice(0, 2)).toEqual(['check', 'logs']);
  });
});
