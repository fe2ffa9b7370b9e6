/**
 * Job groups: how they are submitted, counted, listed and cancelled, and that a group's end is not
 * its neighbours'. What is said of a batch as a whole is said of group 0.
 */
import { expect, test } from 'vitest';
import { type Body, batchBody, script, startBatch } from './client.ts';
import { hooks } from './hooks.ts';

const group = (id: number, more: Body = {}): Body => ({
  job_group_id: id,
  in_update_parent_id: 0,
  ...more,
});
const inGroup = (id: number, text: string, groupId: number, more: Body = {}): Body =>
  script(id, text, { in_update_job_group_id: groupId, ...more });

const nested = [group(1, { attributes: { name: 'a' } }), group(2, { in_update_parent_id: 1 })];

test('groups come with the batch, and count the jobs below them', async () => {
  const ci = await startBatch();
  const id = await ci.submit(
    [script(1, 'true'), inGroup(2, 'exit 1', 1), inGroup(3, 'echo $HAIL_JOB_GROUP_ID', 2)],
    { n_job_groups: 2 },
    nested,
  );
  await ci.completed(id);
  expect(await ci.batch(id)).toMatchObject({ state: 'failure', n_jobs: 3, n_failed: 1 });
  expect(await ci.read(`batches/${id}/job-groups/1`)).toEqual({
    batch_id: id,
    job_group_id: 1,
    state: 'failure',
    complete: true,
    n_jobs: 2,
    n_completed: 2,
    n_succeeded: 1,
    n_failed: 1,
    n_cancelled: 0,
    time_created: expect.stringMatching(/Z$/),
    time_completed: expect.stringMatching(/Z$/),
    duration: expect.any(Number),
    cost: 0,
    cost_breakdown: [],
    attributes: { name: 'a' },
  });
  expect(await ci.read(`batches/${id}/job-groups/2`)).toMatchObject({
    state: 'success',
    n_jobs: 1,
  });
  expect(await ci.log(id, 3)).toBe('2\n');
  expect(await ci.job(id, 3)).toMatchObject({ status: { job_group_id: 2 } });
});

test('jobs and groups are listed directly below a group, or all the way down', async () => {
  const ci = await startBatch();
  const id = await ci.submit(
    [script(1, 'true'), inGroup(2, 'true', 1), inGroup(3, 'true', 2)],
    { n_job_groups: 2 },
    nested,
  );
  const jobs = (ids: number[]) => ({ jobs: ids.map((job_id) => ({ job_id })) });
  const at = (path: string) => ci.read(`batches/${id}/${path}`);
  expect(await at('jobs')).toMatchObject(jobs([1]));
  expect(await at('jobs?recursive=true')).toMatchObject(jobs([1, 2, 3]));
  expect(await at('job-groups/1/jobs')).toMatchObject(jobs([2]));
  expect(await at('job-groups/1/jobs?recursive=True&q=has:none')).toEqual({ jobs: [] });
  expect(await at('job-groups/1/jobs?recursive=1')).toMatchObject(jobs([2, 3]));
  expect(await at('job-groups')).toMatchObject({ job_groups: [{ job_group_id: 1 }] });
  expect(await at('job-groups/0/job-groups')).toMatchObject({ job_groups: [{ job_group_id: 1 }] });
  expect(await at('job-groups/1/job-groups')).toMatchObject({ job_groups: [{ job_group_id: 2 }] });
  expect((await ci.send('GET', `batches/${id}/job-groups/9`)).status).toBe(404);
  expect((await ci.send('GET', `batches/${id}/job-groups/9/jobs`)).status).toBe(404);
  expect((await ci.send('GET', `batches/${id}/jobs?recursive=maybe`)).status).toBe(500);
});

test('a cancelled group takes its own jobs along, and no others', async () => {
  const ci = await startBatch({ parallelJobs: 4 });
  const id = await ci.submit(
    [
      inGroup(1, 'sleep 60', 1),
      inGroup(2, 'true', 1, { in_update_parent_ids: [1] }),
      inGroup(3, 'sleep 60', 2),
      inGroup(4, 'true', 3),
    ],
    { n_job_groups: 3 },
    [...nested, group(3)],
  );
  expect((await ci.send('PATCH', `batches/${id}/job-groups/1/cancel`)).status).toBe(200);
  expect((await ci.send('PATCH', `batches/${id}/job-groups/1/cancel`)).status).toBe(200);
  await ci.completed(id);
  const states = ['Cancelled', 'Cancelled', 'Cancelled', 'Success'];
  expect(await ci.jobStates(id)).toEqual(states);
  expect(await ci.read(`batches/${id}/job-groups/3`)).toMatchObject({ state: 'success' });
  expect(await ci.send('PATCH', `batches/${id}/job-groups/9/cancel`)).toEqual({
    status: 403,
    text: `403: Job Group (${id}, 9) does not exist.`,
  });
  const update = { token: 'more', n_jobs: 1 };
  const bunch = [script(1, 'true', { absolute_job_group_id: 2 })];
  expect(await ci.send('POST', `batches/${id}/update-fast`, { update, bunch })).toEqual({
    status: 400,
    text:
      '400: bunch contains job where the job group has already been cancelled ' +
      `(batch ${id}, job group 2)`,
  });
});

test('enough failures cancel a group, and nothing above it', async () => {
  const ci = await startBatch({ parallelJobs: 1 });
  const id = await ci.submit(
    [inGroup(1, 'exit 1', 1), inGroup(2, 'true', 1), script(3, 'true')],
    { n_job_groups: 1 },
    [group(1, { cancel_after_n_failures: 1 })],
  );
  await ci.completed(id);
  expect(await ci.jobStates(id)).toEqual(['Failed', 'Cancelled', 'Success']);
  expect(await ci.read(`batches/${id}/job-groups/1`)).toMatchObject({ state: 'failure' });
});

test('a group and its batch are each called back, in their own shape', async () => {
  const { url, bodies } = await hooks();
  const ci = await startBatch();
  const id = await ci.submit(
    [inGroup(1, 'true', 1)],
    { n_job_groups: 1, callback: `${url}/batch` },
    [group(1, { callback: `${url}/group` })],
  );
  await ci.completed(id);
  await expect.poll(() => bodies.map(({ path }) => path).sort()).toEqual(['/batch', '/group']);
  const bodyAt = (path: string) => bodies.find((hook) => hook.path === path)?.body;
  expect(bodyAt('/group')).toEqual(await ci.read(`batches/${id}/job-groups/1`));
  expect(bodyAt('/batch')).toEqual(await ci.read(`batches/${id}`));
});

test('the slow path takes groups before jobs, each bunch once, and shows them when committed', async () => {
  const ci = await startBatch();
  const body = batchBody(1, { n_job_groups: 3 });
  const created = await ci.send('POST', 'batches/create', body);
  expect(created.text).toBe('{"id":1,"update_id":1,"start_job_group_id":1,"start_job_id":1}');
  const groups = 'batches/1/updates/1/job-groups/create';
  const commit = () => ci.send('PATCH', 'batches/1/updates/1/commit');
  expect(await ci.send('POST', groups, nested)).toEqual({ status: 200, text: '' });
  expect(await ci.send('POST', groups, nested)).toEqual({ status: 200, text: '' });
  expect(await ci.send('POST', groups, [group(4)])).toEqual({
    status: 400,
    text: '400: job group ids [4, 4] are out of range [1, 3] allocated by update 1',
  });
  expect(await commit()).toEqual({
    status: 400,
    text: '400: wrong number of job groups: expected 3, actual 2',
  });
  expect((await ci.send('POST', groups, [group(3)])).status).toBe(200);
  await ci.send('POST', 'batches/1/updates/1/jobs/create', [inGroup(1, 'true', 3)]);
  expect(await ci.read('batches/1/job-groups')).toEqual({ job_groups: [] });
  expect((await ci.send('GET', 'batches/1/job-groups/1')).status).toBe(404);
  expect((await commit()).status).toBe(200);
  expect(await ci.read('batches/1/job-groups')).toMatchObject({
    job_groups: [{ job_group_id: 1 }, { job_group_id: 3 }],
  });
  const update = { token: 'more', n_jobs: 0, n_job_groups: 1 };
  const added = { update, bunch: [], job_groups: [{ job_group_id: 1, absolute_parent_id: 3 }] };
  expect((await ci.send('POST', 'batches/1/update-fast', added)).text).toBe(
    '{"update_id":2,"start_job_group_id":4,"start_job_id":2}',
  );
  expect(await ci.read('batches/1/job-groups/3/job-groups')).toMatchObject({
    job_groups: [{ job_group_id: 4 }],
  });
});

test.each<[string, Body[], string]>([
  [
    'too deep',
    [...nested, group(3, { in_update_parent_id: 2 })],
    'job group exceeded the maximum level of nesting',
  ],
  [
    'in one that is not there',
    [group(1, { in_update_parent_id: 7 })],
    'the parent of job group (1, 1), 7, does not exist',
  ],
  [
    'in none',
    [{ job_group_id: 1 }],
    'job group 1 needs either absolute_parent_id or in_update_parent_id',
  ],
])('a group %s is refused', async (_, groups, sentence) => {
  const ci = await startBatch();
  const body = batchBody(0, { n_job_groups: groups.length });
  const fast = { batch: body, bunch: [], job_groups: groups };
  expect(await ci.send('POST', 'batches/create-fast', fast)).toEqual({
    status: 400,
    text: `400: ${sentence}`,
  });
});

test('groups come in pages of fifty, and survive a restart', async () => {
  const ci = await startBatch();
  const groups = Array.from({ length: 51 }, (_, i) => group(i + 1));
  const id = await ci.submit([], { n_job_groups: 51 }, groups);
  await ci.close();
  const again = await startBatch({ root: ci.root });
  expect(await again.read(`batches/${id}/job-groups`)).toMatchObject({ last_job_group_id: 50 });
  const rest = await again.read(`batches/${id}/job-groups?last_job_group_id=50`);
  expect(rest).toMatchObject({ job_groups: [{ job_group_id: 51, complete: true, n_jobs: 0 }] });
  expect(rest).not.toHaveProperty('last_job_group_id');
});
