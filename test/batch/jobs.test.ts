/**
 * Jobs as processes: their order, their ends, and that nothing of them is left.
 * Every job here is a real process; none may outlive its test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { script, startBatch, temporaryFolder, until } from './client.ts';

test('independent jobs run at once, and a child only after its parents', async () => {
  const shared = await temporaryFolder();
  const ci = await startBatch({ env: { SHARED: shared }, parallelJobs: 2 });
  // Each of the two waits for the other: in sequence they would never end.
  const meet = (own: string, other: string) =>
    `touch $SHARED/${own}
     while ! [ -e $SHARED/${other} ]; do sleep 0.02; done
     echo ${own} >> $SHARED/order`;
  const id = await ci.submit([
    script(1, 'echo last >> $SHARED/order', { in_update_parent_ids: [2, 3] }),
    script(2, meet('a', 'b')),
    script(3, meet('b', 'a')),
  ]);
  expect(await ci.completed(id)).toMatchObject({ state: 'success', n_jobs: 3, n_succeeded: 3 });
  const order = readFileSync(join(shared, 'order'), 'utf8').trim().split('\n');
  expect(order).toHaveLength(3);
  expect(order.at(-1)).toBe('last');
});

test('the exit code and both streams of a command are kept', async () => {
  const ci = await startBatch();
  const id = await ci.submit([
    script(1, 'echo one; echo two >&2; echo three; exit 7', { attributes: { name: 'sums' } }),
  ]);
  expect(await ci.completed(id)).toMatchObject({ state: 'failure', n_failed: 1 });
  expect(await ci.job(id, 1)).toMatchObject({ state: 'Failed', exit_code: 7, name: 'sums' });
  expect(await ci.log(id, 1)).toBe('one\ntwo\nthree\n');
  expect(await ci.read(`batches/${id}/jobs/1/log`)).toEqual({ main: 'one\ntwo\nthree\n' });
});

test('a command that does not exist fails with 127 and says so', async () => {
  const ci = await startBatch({ io: 'rewrite' });
  const command = ['no-such-program', 'x'];
  const job = { job_id: 1, process: { type: 'docker', image: 'none', command } };
  const id = await ci.submit([job]);
  await ci.completed(id);
  expect(await ci.job(id, 1)).toMatchObject({ state: 'Failed', exit_code: 127 });
  expect(await ci.log(id, 1)).toBe('no-such-program: not found\n');
});

test('a job knows who it is and has folders of its own', async () => {
  const ci = await startBatch({ env: { COLOUR: 'blue' } });
  const id = await ci.submit([
    script(1, 'echo $HAIL_BATCH_ID $HAIL_JOB_ID $COLOUR $SHAPE; touch $HOME/x $TMPDIR/x /io/x', {
      env: [{ name: 'SHAPE', value: 'round' }],
    }),
  ]);
  expect(await ci.completed(id)).toMatchObject({ state: 'success' });
  expect(await ci.log(id, 1)).toBe(`${id} 1 blue round\n`);
});

test('a job may set its own PATH, behind the stand-ins', async () => {
  const ci = await startBatch();
  const env = [{ name: 'PATH', value: '/nowhere' }];
  const command = ['/bin/sh', '-c', 'echo "$PATH"'];
  const id = await ci.submit([
    { job_id: 1, process: { type: 'docker', image: 'none', command }, env },
  ]);
  expect(await ci.completed(id)).toMatchObject({ state: 'success' });
  expect(await ci.log(id, 1)).toMatch(/scripts\/batch\/bin:\/nowhere\n$/);
});

test('a job that takes too long is an error, not a failure', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'sleep 60', { timeout: 0.3 })]);
  expect(await ci.completed(id)).toMatchObject({ state: 'failure' });
  const job = await ci.job(id, 1);
  expect(job).toMatchObject({ state: 'Error', exit_code: null });
  expect(job.status?.container_statuses['main']).toMatchObject({ short_error: 'timed out' });
});

test('a failure cancels what depends on it, except what always runs', async () => {
  const ci = await startBatch();
  const id = await ci.submit([
    script(1, 'exit 1'),
    script(2, 'true', { in_update_parent_ids: [1] }),
    script(3, 'true', { in_update_parent_ids: [2] }),
    script(4, 'true', { in_update_parent_ids: [1, 3], always_run: true }),
    script(5, 'true', { in_update_parent_ids: [4] }),
  ]);
  await ci.completed(id);
  const states = ['Failed', 'Cancelled', 'Cancelled', 'Success', 'Success'];
  expect(await ci.jobStates(id)).toEqual(states);
});

test('cancelling kills the whole process tree, and what always runs still runs', async () => {
  const shared = await temporaryFolder();
  const ci = await startBatch({ env: { SHARED: shared } });
  const id = await ci.submit([
    // One child in the group that ignores the polite signal, one that left the group.
    script(
      1,
      `(trap '' TERM; exec sleep 300) & echo $! > $SHARED/one
       setsid sleep 300 & echo $! > $SHARED/two
       touch $SHARED/ready; wait`,
    ),
    script(2, 'true', { in_update_parent_ids: [1] }),
    script(3, 'echo cleaned', { in_update_parent_ids: [1], always_run: true }),
  ]);
  await until(async () => existsSync(join(shared, 'ready')) || null);
  expect((await ci.send('PATCH', `batches/${id}/job-groups/0/cancel`)).status).toBe(200);
  expect(await ci.batch(id)).toMatchObject({ state: 'cancelled', complete: false });
  expect(await ci.completed(id)).toMatchObject({ state: 'cancelled', n_cancelled: 2 });
  expect(await ci.jobStates(id)).toEqual(['Cancelled', 'Cancelled', 'Success']);
  expect(await ci.log(id, 3)).toBe('cleaned\n');
  expect(['one', 'two'].map((name) => isAlive(readFileSync(join(shared, name), 'utf8')))).toEqual([
    false,
    false,
  ]);
  // Twice is once.
  expect((await ci.send('PATCH', `batches/${id}/cancel`)).status).toBe(200);
});

test('closing leaves no process behind', async () => {
  const shared = await temporaryFolder();
  const ci = await startBatch({ env: { SHARED: shared } });
  await ci.submit([script(1, 'sleep 300 & echo $! > $SHARED/pid; touch $SHARED/ready; wait')]);
  await until(async () => existsSync(join(shared, 'ready')) || null);
  await ci.close();
  expect(isAlive(readFileSync(join(shared, 'pid'), 'utf8'))).toBe(false);
});

test('a job ends with its command, also when that left something running', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'sleep 300 & echo $!')]);
  expect(await ci.completed(id)).toMatchObject({ state: 'success' });
  expect(isAlive(await ci.log(id, 1))).toBe(false);
});

test('enough failures cancel the rest', async () => {
  const ci = await startBatch({ parallelJobs: 1 });
  const jobs = [1, 2, 3, 4].map((id) => script(id, 'exit 1'));
  const id = await ci.submit(jobs, { cancel_after_n_failures: 2 });
  expect(await ci.completed(id)).toMatchObject({ state: 'failure', n_failed: 2, n_cancelled: 2 });
});

/** A killed process may wait for its parent to notice: that is not alive. */
function isAlive(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid.trim()}/stat`, 'utf8');
    return !/^\d+ \(.*\) Z/.test(stat);
  } catch {
    return false;
  }
}
