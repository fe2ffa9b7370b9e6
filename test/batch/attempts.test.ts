/**
 * Attempts: a job whose machine goes away runs again, as often as it may, and shows nothing of the
 * attempts before while it waits.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type BatchClient,
  type Body,
  script,
  startBatch,
  temporaryFolder,
  until,
} from './client.ts';

/** The first attempt waits to be taken away; the next one ends at once. */
async function waiting(ci: BatchClient, flag: string, more: Body = {}): Promise<number> {
  const text = `[ -e ${flag} ] && exit 0; touch ${flag}; echo first; exec sleep 60`;
  const id = await ci.submit([
    script(1, text, more),
    script(2, 'true', { in_update_parent_ids: [1] }),
  ]);
  await until(async () => existsSync(flag) || null);
  return id;
}

test('a preempted job runs again, and its children wait', async () => {
  const ci = await startBatch();
  const flag = join(await temporaryFolder(), 'ran');
  const id = await waiting(ci, flag);
  const preempted = await ci.send('POST', '/_batch/preempt', { batch: id, job: 1 });
  expect(preempted.status).toBe(200);
  expect(await ci.completed(id)).toMatchObject({ state: 'success', n_succeeded: 2 });
  expect(await ci.read(`batches/${id}/jobs/1/attempts`)).toMatchObject([
    { reason: 'preempted', duration_ms: expect.any(Number) },
    { reason: 'success', instance_name: 'batch-worker-local-standard' },
  ]);
  expect(await ci.log(id, 1)).toBe('');
  const [first] = (await ci.read(`batches/${id}/jobs/1/attempts`)) as { attempt_id: string }[];
  const log = `batches/${id}/jobs/1/log/main?attempt_id=${first?.attempt_id}`;
  expect((await ci.send('GET', log)).text).toBe('first\n');
});

test('after its last attempt a preempted job is an error', async () => {
  const ci = await startBatch();
  const flag = join(await temporaryFolder(), 'ran');
  const id = await waiting(ci, flag, { n_max_attempts: 1 });
  await ci.send('POST', '/_batch/preempt', { batch: id, job: 1 });
  await ci.completed(id);
  expect(await ci.jobStates(id)).toEqual(['Error', 'Cancelled']);
});

test('a job that waits for its next attempt shows none', async () => {
  const ci = await startBatch({ parallelJobs: 1 });
  const flag = join(await temporaryFolder(), 'ran');
  const id = await waiting(ci, flag);
  const blocker = await ci.submit([script(1, 'sleep 60', { always_run: true })]);
  expect(await ci.job(blocker, 1)).toMatchObject({ state: 'Ready', status: null });
  expect(await ci.read(`batches/${blocker}/jobs/1/attempts`)).toBeNull();
  expect(await ci.read(`batches/${blocker}/jobs/1/log`)).toEqual({ main: null });
  expect(await ci.read(`batches/${blocker}/jobs/1/resource_usage`)).toEqual({});
  expect(await ci.read(`batches/${id}/jobs/1/attempts`)).toMatchObject([
    { reason: null, duration_ms: expect.any(Number) },
  ]);
  expect(await ci.read(`batches/${id}/jobs/1/resource_usage`)).toMatchObject({
    main: { columns: expect.any(Array), index: [], data: [] },
  });
});

test('only what runs can be preempted', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true')]);
  await ci.completed(id);
  expect(await ci.send('POST', '/_batch/preempt', { batch: id, job: 1 })).toEqual({
    status: 404,
    text: `404: job 1 of batch ${id} is not running`,
  });
  const signed = await ci.send('GET', `batches/${id}/jobs/1/log/main/signed_url`);
  expect(signed.status).toBe(501);
});
