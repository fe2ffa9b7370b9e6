// What the counters of a batch prove, and what is read back from its attributes.
import { describe, expect, it } from 'vitest';
import { attributesOf, purposeOf } from '../../src/core/batch-attributes.ts';
import { type BatchCounters, judgeBatch } from '../../src/core/judge-batch.ts';
import type { BatchStatus } from '../../src/core/observation.ts';
import { HEAD, sha, testPurpose } from '../support/builders.ts';

const success: BatchCounters = {
  state: 'success',
  complete: true,
  n_jobs: 3,
  n_succeeded: 3,
  n_failed: 0,
  n_cancelled: 0,
};

describe('S6.11 a batch passed only if every job that was submitted succeeded', () => {
  it.each<[batch: string, counters: Partial<BatchCounters>, status: BatchStatus]>([
    ['all succeeded', {}, { kind: 'passed' }],
    [
      'nothing over yet',
      { state: 'running', complete: false, n_succeeded: 0 },
      { kind: 'running' },
    ],
    [
      'all but one over',
      { state: 'running', complete: false, n_succeeded: 2 },
      { kind: 'running' },
    ],
    [
      'one failed and others still run (always_run)',
      { state: 'failure', complete: false, n_failed: 1, n_succeeded: 1 },
      { kind: 'running' },
    ],
    [
      'one failed',
      { state: 'failure', n_failed: 1, n_succeeded: 2 },
      { kind: 'failed', failure: '1 of 3 jobs failed' },
    ],
    [
      'one failed and one never ran',
      { state: 'failure', n_failed: 1, n_succeeded: 1, n_cancelled: 1 },
      { kind: 'failed', failure: '1 of 3 jobs failed' },
    ],
    [
      'cancelled, jobs still ending',
      { state: 'cancelled', complete: false },
      { kind: 'cancelled' },
    ],
    ['cancelled and over', { state: 'cancelled', n_cancelled: 3 }, { kind: 'cancelled' }],
    [
      'no job arrived, and Batch calls that a success',
      { n_jobs: 0, n_succeeded: 0 },
      { kind: 'hollow' },
    ],
    [
      'fewer jobs than were submitted',
      { n_jobs: 2, n_succeeded: 2 },
      { kind: 'failed', failure: 'the batch has 2 jobs, but 3 were submitted' },
    ],
    [
      'more jobs than were submitted',
      { n_jobs: 4, n_succeeded: 4 },
      { kind: 'failed', failure: 'the batch has 4 jobs, but 3 were submitted' },
    ],
    [
      'called a success, but one job did not succeed',
      { n_succeeded: 2 },
      { kind: 'failed', failure: '0 of 3 jobs failed' },
    ],
  ])('%s', (_batch, counters, status) => {
    expect(judgeBatch({ ...success, ...counters }, 3)).toEqual(status);
  });

  it('one job is counted in the singular', () => {
    const one = { ...success, state: 'failure', n_jobs: 1, n_succeeded: 0, n_failed: 1 };
    expect(judgeBatch(one, 1)).toEqual({ kind: 'failed', failure: '1 of 1 job failed' });
  });
});

describe('S2.4 a batch tells what it is for', () => {
  const more = {
    targetBranch: 'acme/bakery:main',
    sourceBranch: 'acme/bakery:fix',
    jobs: 4,
  };

  it.each([
    ['test', testPurpose(7, { attempt: 3, reason: 'target_moved' })],
    ['deploy', { kind: 'deploy', sha: HEAD, attempt: 2 } as const],
  ])('a %s comes back from its attributes as it went in', (_kind, purpose) => {
    expect(purposeOf(attributesOf(purpose, more))).toEqual({ purpose, jobs: 4 });
  });

  it('every value is a string, as Batch wants them', () => {
    const values = Object.values(attributesOf(testPurpose(7), { ...more, sourceBranch: null }));
    expect(values.filter((value) => typeof value !== 'string')).toEqual([]);
  });

  const test = attributesOf(testPurpose(7), more);
  it.each<[what: string, attributes: unknown]>([
    ['nothing', undefined],
    ["somebody else's", { name: 'my batch' }],
    ['a developer deploy of the existing service', { dev: '1', target_branch: 'x' }],
    ['a test with an attribute missing', { ...test, tested_sha: undefined }],
    ['a commit that is none', { ...test, source_sha: 'main' }],
    ['no jobs', { ...test, jobs: '0' }],
    ['a number with a sign', { ...test, attempt: '-1' }],
    ['a deploy without its commit', { deploy: '1', attempt: '1', jobs: '1' }],
    ['a deploy of another shape', { deploy: '1', sha: sha(1).slice(1), attempt: '1', jobs: '1' }],
  ])('%s is none of ours', (_what, attributes) => {
    expect(purposeOf(attributes)).toBe(null);
  });
});
