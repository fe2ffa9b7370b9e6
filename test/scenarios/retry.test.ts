// S6.10: a test that is asked for again, whole or only what has not passed.
import { describe, expect } from 'vitest';
import { type Scenario, scenario } from '../support/scenario.ts';

const retry = (ci: Scenario, pr: number, tactical: boolean): string | null =>
  ci.object.command({ kind: 'retry', pr, tactical, by: 'alice' });

const jobsOf = (ci: Scenario, pr: number): (readonly string[])[] =>
  ci.batch.tests(pr).map(({ jobs }) => jobs);

describe('S6.10 a tactical retry', () => {
  scenario('repeats only what has not passed, says so, and lands', async (ci) => {
    const pr = ci.openPr({ approved: true, files: { 'build.yaml': 'jobs: 3' } });
    await ci.settle();
    ci.batch.fails(pr);
    await ci.settle();
    ci.expect(pr).shows('failure', '1 of 3 jobs failed: job-1');
    expect(retry(ci, pr, true)).toBeNull();
    await ci.settle();
    expect(jobsOf(ci, pr)).toEqual([['job-1', 'job-2', 'job-3'], ['job-1']]);
    ci.label(pr, 'do-not-merge');
    await ci.letBatchesPass();
    ci.expect(pr).shows('success', 'in batch 2, and 2 steps before in batch 1');
    ci.label(pr);
    await ci.settle();
    ci.expect(pr).landed();
    await ci.expectNothingElse();
  });

  scenario('knows after lost storage what its result stands on', async (ci) => {
    const pr = ci.openPr({ files: { 'build.yaml': 'jobs: 3' } });
    await ci.settle();
    ci.batch.fails(pr);
    await ci.settle();
    retry(ci, pr, true);
    await ci.letBatchesPass();
    ci.object.loseStorage();
    await ci.settle();
    ci.expect(pr).shows('success', 'and 2 steps before in batch 1').testedTimes(2);
    await ci.expectNothingElse();
  });

  scenario(
    'is not forgotten by a program that cannot read what another has stored of it',
    async (ci) => {
      const pr = ci.openPr();
      const other = ci.openPr();
      await ci.letBatchesPass();
      retry(ci, pr, false);
      ci.object.restart(undefined, ({ record, pulls }) => ({
        record,
        pulls: pulls.map(([number, json]) => [number, json.replace('"facts":', '"was":')]),
      }));
      await ci.settle();
      ci.expect(pr).testedTimes(2);
      ci.expect(other).testedTimes(1);
      await ci.letBatchesPass();
      ci.expect(pr).shows('success', 'in batch 3');
      await ci.expectNothingElse();
    },
  );

  scenario('leaves nothing out that passed on another commit of the branch', async (ci) => {
    const pr = ci.openPr({ files: { 'build.yaml': 'jobs: 3' } });
    await ci.settle();
    ci.batch.fails(pr);
    await ci.settle();
    ci.github.push('main', { 'menu.txt': 'cake' });
    retry(ci, pr, true);
    await ci.settle();
    expect(jobsOf(ci, pr).at(-1)).toEqual(['job-1', 'job-2', 'job-3']);
  });

  scenario('of what has passed whole repeats everything', async (ci) => {
    const pr = ci.openPr({ files: { 'build.yaml': 'jobs: 3' } });
    await ci.letBatchesPass();
    retry(ci, pr, true);
    await ci.settle();
    expect(jobsOf(ci, pr).at(-1)).toEqual(['job-1', 'job-2', 'job-3']);
  });

  scenario('is not what an ordinary retry does', async (ci) => {
    const pr = ci.openPr({ files: { 'build.yaml': 'jobs: 3' } });
    await ci.settle();
    ci.batch.fails(pr);
    await ci.settle();
    retry(ci, pr, false);
    await ci.settle();
    expect(jobsOf(ci, pr).at(-1)).toEqual(['job-1', 'job-2', 'job-3']);
  });
});
