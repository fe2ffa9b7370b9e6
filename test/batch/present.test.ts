/**
 * What readers see: durations in words, and the state of a batch.
 * Pure functions over records made by events.
 */
import { expect, test } from 'vitest';
import { parseBatchSpec, parseBunch } from '../../scripts/batch/job-spec.ts';
import { batchState } from '../../scripts/batch/present.ts';
import { applyEvent, newBatch } from '../../scripts/batch/scheduler.ts';
import { durationText } from '../../scripts/batch/time-text.ts';
import { script } from './client.ts';

test.each([
  [0, '0ms'],
  [250, '250ms'],
  [2000, '2s'],
  [2500, '2s 500ms'],
  [182_000, '3 minutes 2s'],
  [3_600_000, '1 hour'],
  [3_605_000, '1 hour'],
  [90_000_000, '1 day 1 hour'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('a batch reads as successful, running, then failed, long before it is complete', () => {
  const spec = parseBatchSpec({ billing_project: 'p', n_jobs: 2, token: 't' });
  const batch = newBatch({ kind: 'batch', batch: 1, user: 'ci', spec, ms: 0 });
  const seen = [batchState(batch)];
  applyEvent(batch, { kind: 'update', batch: 1, update: 1, token: 't', nJobs: 2, start: 1 });
  const jobs = parseBunch([script(1, ''), script(2, '')]);
  applyEvent(batch, { kind: 'jobs', batch: 1, update: 1, jobs });
  seen.push(batchState(batch));
  applyEvent(batch, { kind: 'commit', batch: 1, update: 1, ms: 0 });
  seen.push(batchState(batch));
  applyEvent(batch, { kind: 'start', batch: 1, job: 1, attempt: 'a', ms: 0 });
  const outcome = { state: 'Failed', containers: {} } as const;
  applyEvent(batch, { kind: 'end', batch: 1, job: 1, ms: 0, outcome });
  seen.push(batchState(batch));
  expect(seen).toEqual(['success', 'success', 'running', 'failure']);
  expect(batch.root.state).toBe('running');
  applyEvent(batch, { kind: 'cancel', batch: 1, ms: 5 });
  expect(batch.root).toMatchObject({ state: 'complete', completedMs: 5 });
  expect(batchState(batch)).toBe('failure');
});
