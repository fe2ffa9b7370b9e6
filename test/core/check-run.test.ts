// S6.7 What our check says where we are a GitHub App: when it is posted, and all that it says.
import { describe, expect, it } from 'vitest';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { Build } from '../../schemas/state.ts';
import type { Mistake } from '../../schemas/unbuildable.ts';
import { inSteps, intendedCheck, sameCheck } from '../../src/core/check.ts';
import { runOf } from '../../src/core/check-run.ts';
import {
  batchFacts,
  configOf,
  conflict,
  failed,
  passed,
  pullOf,
  running,
  unbuilt,
} from '../support/builders.ts';

const asApp = configOf({ app: 7 });
const checkOf = (build: Build, config = asApp) => intendedCheck(pullOf(1, { build }), [], config);
const run = (build: Build, jobs: readonly FailedJob[] = []) =>
  runOf(checkOf(build), build, jobs, asApp);

const runningWith = (finished: number, jobs: number): Build => ({
  ...batchFacts(1, { jobs }),
  kind: 'running',
  finished: inSteps(finished, jobs),
});
const wrong = (mistakes: readonly Mistake[], message = 'build.yaml:3:5: no such step'): Build => ({
  ...{ kind: 'unbuildable', targetSha: batchFacts(1).targetSha },
  why: { kind: 'build_yaml', message, mistakes },
});
const mistake: Mistake = { message: 'no such step', file: 'build.yaml', line: 3, column: 5 };
const failedJob = (change: Partial<FailedJob> = {}): FailedJob => ({
  ...{ job: 3, name: 'check', state: 'Failed', exitCode: 1, durationMs: 1_000, reason: null },
  log: 'one\ntwo',
  ...change,
});

describe('S6.7 a check run is posted when it says something else', () => {
  it('a commit status says nothing besides its sentence', () => {
    const status = checkOf(running(1), configOf());
    expect(status.description).toMatch(/^Testing on [0-9a-f]{7} in batch 101$/);
    expect('words' in status).toBe(false);
    expect(sameCheck(status, checkOf(runningWith(1, 2), configOf()))).toBe(true);
  });

  it('counts the jobs that have ended, in steps', () => {
    expect(checkOf(runningWith(0, 40)).description).toMatch(/ in batch 101$/);
    expect(checkOf(runningWith(17, 40)).description).toMatch(/: 16 of 40 jobs have ended$/);
  });

  it.each([1, 2, 5, 6, 9, 10, 11, 40, 99, 1_000])(
    'a build of %i jobs makes at most ten posts, however often it is looked at',
    (jobs) => {
      const counts = Array.from({ length: jobs + 1 }, (_, finished) => finished);
      const builds: Build[] = [
        unbuilt,
        ...counts.map((finished) => runningWith(finished, jobs)),
        failed(1, { jobs }),
        { ...failed(1, { jobs }), failedJobs: ['check'] } as Build,
      ];
      // And one on the commit that lands.
      expect(new Set(builds.map((build) => checkOf(build).words)).size + 1).toBeLessThanOrEqual(10);
    },
  );

  it('also when its sentence is cut off before it differs, or only the places differ', () => {
    const long = 'x'.repeat(200);
    const checks = [
      wrong([], `${long}1`),
      wrong([], `${long}2`),
      wrong([mistake], `${long}2`),
      wrong([{ ...mistake, column: 6 }], `${long}2`),
    ].map((build) => checkOf(build));
    expect(new Set(checks.map(({ description }) => description)).size).toBe(1);
    expect(new Set(checks.map(({ words }) => words)).size).toBe(4);
    expect(sameCheck(checks[0] ?? null, checks[1] ?? null)).toBe(false);
  });
});

describe('S6.7 a check run says', () => {
  it.each<[string, Build, object]>([
    ['that it waits', unbuilt, { status: 'queued', actions: [] }],
    [
      'that it runs, and where',
      running(1),
      {
        status: 'in_progress',
        summary: expect.stringContaining('[batch 101](https://batch.test/batches/101)'),
        actions: [],
      },
    ],
    [
      'that it passed, and offers to repeat it',
      passed(1),
      {
        status: 'completed',
        summary: expect.stringMatching(/ passed in \[batch 101\].*: 2 jobs\.$/),
        text: null,
        actions: [
          expect.objectContaining({ identifier: 'retry' }),
          expect.objectContaining({ identifier: 'tactical_retry' }),
        ],
      },
    ],
    [
      'that there is nothing to test, and offers nothing',
      conflict(),
      { status: 'completed', summary: expect.stringContaining('conflicts'), actions: [] },
    ],
    [
      'where the mistakes are',
      wrong([mistake]),
      { status: 'completed', mistakes: [mistake], actions: [] },
    ],
  ])('%s', (_, build, expected) => {
    expect(run(build)).toMatchObject(expected);
  });

  it('all mistakes, one below the other', () => {
    const lines = ['build.yaml:3:5: no such step', 'build.yaml:4:5: no such step'];
    const { summary, check } = run(wrong([mistake, { ...mistake, line: 4 }], lines.join('\n')));
    expect(summary).toContain(lines.join('\n'));
    expect(check.description).toBe(`${lines[0]}; and 1 more`);
  });

  it('which jobs failed, with the ends of their logs', () => {
    const late = failedJob({ job: 4, name: 'a*b', reason: 'timed out', log: null });
    const { summary, text } = run(failed(1), [failedJob(), late]);
    expect(summary).toContain('1 of 2 jobs failed');
    expect(text).toBe(
      [
        '### [check](https://batch.test/batches/101/jobs/3)',
        'exit code 1',
        '```text\none\ntwo\n```',
        '### [a\\*b](https://batch.test/batches/101/jobs/4)',
        'timed out',
      ].join('\n\n'),
    );
  });

  it('no more than GitHub takes, and the ends of the logs rather than their beginnings', () => {
    const log = Array.from({ length: 60 }, (_, line) => `${line} ${'ü'.repeat(400)}`).join('\n');
    const name = '[*]'.repeat(200);
    const jobs = Array.from({ length: 20 }, (_, job) => failedJob({ job, name, log }));
    const text = run(failed(1), jobs).text ?? '';
    expect(new TextEncoder().encode(text).length).toBeLessThan(65_535);
    expect(text.match(/^### /gm)).toHaveLength(20);
    expect(run(failed(1), [failedJob({ log })]).text).toMatch(/\n59 ü+\n```$/);
  });

  it('logs as they are, whatever fences and orders are in them', () => {
    const text = run(failed(1), [failedJob({ log: '````\n</pre> @everybody' })]).text ?? '';
    expect(text).toContain('`````text\n````\n</pre> @everybody\n`````');
  });

  it('on its buttons no more than GitHub takes', () => {
    const { actions } = run(passed(1));
    expect(actions.length).toBeLessThanOrEqual(3);
    for (const { label, description, identifier } of actions)
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([
        true,
        true,
        true,
      ]);
  });
});
