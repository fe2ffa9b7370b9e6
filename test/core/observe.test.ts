// What a pass reads, in which order, and what it makes of a look that failed. Single passes over
// stubs; whole stories are told in test/scenarios.
import { describe, expect, it } from 'vitest';
import { mark, markAll } from '../../src/core/flags.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { nextAlarm } from '../../src/core/next-alarm.ts';
import type { PullRead } from '../../src/core/observation.ts';
import { observeBatches } from '../../src/loop/observe-batches.ts';
import { observeGithub } from '../../src/loop/observe-github.ts';
import { pass } from '../../src/loop/pass.ts';
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
