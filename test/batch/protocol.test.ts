/**
 * The protocol's rules: who may do what, what is refused in which words, what may be repeated.
 * The sentences are asserted whole, because clients show them to people.
 */
import { describe, expect, test } from 'vitest';
import { batchBody, script, startBatch } from './client.ts';

test('without a token nothing but the public pages is answered', async () => {
  const ci = await startBatch();
  const get = async (path: string, token: string | null) => ci.send('GET', path, undefined, token);
  expect(await get('batches', null)).toEqual({ status: 401, text: '401: Unauthorized' });
  expect(await get('batches/1', 'wrong')).toEqual({ status: 401, text: '401: Unauthorized' });
  expect(await get('/healthcheck', null)).toEqual({ status: 200, text: '' });
  expect(await get('cloud', null)).toEqual({ status: 200, text: 'gcp' });
  expect((await get('version', null)).status).toBe(200);
  expect((await get('supported_regions', 'ci-token')).text).toBe('["us-central1"]');
  expect((await get('default_region', 'ci-token')).text).toBe('us-central1');
});

test('a batch exists for its billing project, and can be added to by its owner alone', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true')]);
  const as = async (user: string, method: string, path: string, body?: unknown) =>
    (await ci.send(method, path, body, `${user}-token`)).status;
  expect(await as('ann', 'GET', `batches/${id}`)).toBe(200);
  expect(await as('bob', 'GET', `batches/${id}`)).toBe(404);
  expect(await as('bob', 'PATCH', `batches/${id}/cancel`)).toBe(404);
  expect(await as('bob', 'DELETE', `batches/${id}`)).toBe(404);
  expect(await as('ann', 'POST', `batches/${id}/updates/create`, {})).toBe(404);
  expect(await as('ann', 'GET', 'batches/99')).toBe(404);
  expect(await as('ann', 'GET', 'batches/x')).toBe(500);
  expect(await ci.send('POST', 'batches/create', batchBody(1), 'bob-token')).toEqual({
    status: 403,
    text: '403: Unknown Hail Batch billing project test.',
  });
});

test('the same token is the same batch, and its jobs run once', async () => {
  const ci = await startBatch();
  const first = await ci.submit([script(1, 'true')], { token: 't' });
  await ci.completed(first);
  expect(await ci.submit([script(1, 'true')], { token: 't' })).toBe(first);
  expect(await ci.batch(first)).toMatchObject({ n_jobs: 1, n_completed: 1, token: 't' });
});

test('refused jobs leave a batch that reads as complete and successful', async () => {
  const ci = await startBatch();
  const bad = script(1, 'true', { colour: 'blue' });
  const body = { batch: batchBody(1, { token: 't', attributes: { test: '1' } }), bunch: [bad] };
  expect(await ci.send('POST', 'batches/create-fast', body)).toEqual({
    status: 400,
    text: "400: unknown keys in jobs[0]: {'colour'}",
  });
  expect(await ci.read('batches?q=test=1')).toMatchObject({
    batches: [{ complete: true, state: 'success', n_jobs: 0, n_completed: 0 }],
  });
  // The same token with jobs that are right finishes the half-made one.
  expect(await ci.submit([script(1, 'true')], { token: 't', attributes: { test: '1' } })).toBe(1);
  expect(await ci.completed(1)).toMatchObject({ n_jobs: 1 });
});

describe('the slow path', () => {
  test('takes bunches in any order and shows them when committed', async () => {
    const ci = await startBatch();
    const created = await ci.send('POST', 'batches/create', batchBody(3));
    expect(created.text).toBe('{"id":1,"update_id":1,"start_job_group_id":1,"start_job_id":1}');
    const jobs = 'batches/1/updates/1/jobs/create';
    const last = [script(3, 'true', { in_update_parent_ids: [1] })];
    expect(await ci.send('POST', jobs, last)).toEqual({ status: 200, text: '' });
    expect(await ci.send('PATCH', 'batches/1/updates/1/commit')).toEqual({
      status: 400,
      text: '400: wrong number of jobs: expected 3, actual 1',
    });
    const first = [script(1, 'true'), script(2, 'true')];
    expect(await ci.send('POST', jobs, first)).toEqual({ status: 200, text: '' });
    expect(await ci.send('POST', jobs, first)).toEqual({ status: 200, text: '' });
    expect(await ci.read('batches/1/jobs')).toEqual({ jobs: [] });
    expect((await ci.send('GET', 'batches/1/jobs/1')).status).toBe(404);
    const commit = { status: 200, text: '{"start_job_group_id":1,"start_job_id":1}' };
    expect(await ci.send('PATCH', 'batches/1/updates/1/commit')).toEqual(commit);
    expect(await ci.send('PATCH', 'batches/1/updates/1/commit')).toEqual(commit);
    expect(await ci.completed(1)).toMatchObject({ state: 'success', n_jobs: 3 });
    expect(await ci.send('POST', jobs, first)).toEqual({
      status: 400,
      text: '400: update 1 is already committed',
    });
  });

  test('adds to a batch that is complete already, which then runs again', async () => {
    const ci = await startBatch();
    const id = await ci.submit([script(1, 'exit 1')]);
    await ci.completed(id);
    const update = { token: 'more', n_jobs: 2 };
    const bunch = [
      script(1, 'true', { absolute_parent_ids: [1] }),
      script(2, 'true', { always_run: true, absolute_parent_ids: [1] }),
    ];
    const added = await ci.send('POST', `batches/${id}/update-fast`, { update, bunch });
    expect(added.text).toBe('{"update_id":2,"start_job_group_id":1,"start_job_id":2}');
    await ci.completed(id);
    expect(await ci.jobStates(id)).toEqual(['Failed', 'Cancelled', 'Success']);
  });

  test('refuses additions to a cancelled batch', async () => {
    const ci = await startBatch();
    const id = await ci.submit([script(1, 'true')]);
    await ci.send('PATCH', `batches/${id}/cancel`);
    const update = { token: 'more', n_jobs: 1 };
    expect(await ci.send('POST', `batches/${id}/updates/create`, update)).toEqual({
      status: 400,
      text: '400: Cannot submit new jobs or job groups to a cancelled batch',
    });
  });
});

test.each([
  [
    'a text for an id',
    [{ ...script(1, 'true'), job_id: 'x' }],
    "jobs[0].job_id is not <class 'int'>",
  ],
  ['a gap', [script(1, ''), script(3, '')], 'noncontiguous job ids found in the spec: 1 -> 3'],
  [
    'too many',
    [script(1, ''), script(2, ''), script(3, '')],
    'job ids [1, 3] are out of range [1, 2] allocated by update 1',
  ],
  [
    'one parent twice',
    [script(1, ''), script(2, '', { in_update_parent_ids: [1, 1] })],
    'bunch contains job with duplicated parents (1, 2)',
  ],
  [
    'an attribute that is not text',
    [script(1, '', { attributes: { a: 1 } })],
    "jobs[0].attributes[a] is not <class 'str'>",
  ],
  [
    'an unknown region',
    [script(1, '', { regions: ['mars'] })],
    "invalid regions specified: {'mars'}. Choose from {'us-central1'}",
  ],
  [
    'more than any machine has',
    [script(1, '', { resources: { cpu: '64' } })],
    'resource requests for job (1, 1) are unsatisfiable: cloud=gcp, ' +
      'cpu=64, memory=standard, storage=0Gi, preemptible=True, machine_type=None',
  ],
  [
    'a job group that is not there',
    [script(1, '', { in_update_job_group_id: 1 })],
    'the job group of job (1, 1), 1, does not exist',
  ],
])('jobs with %s are refused', async (_, bunch, sentence) => {
  const ci = await startBatch();
  const answer = await ci.send('POST', 'batches/create-fast', { batch: batchBody(2), bunch });
  expect(answer).toEqual({ status: 400, text: `400: ${sentence}` });
});

test('what is kept for the user ci is refused to others', async () => {
  const ci = await startBatch();
  const secrets = [{ namespace: 'default', name: 'key', mount_path: '/key' }];
  const asked = [{ secrets }, { network: 'private' }, { unconfined: true }];
  for (const more of asked) {
    const body = { batch: batchBody(1), bunch: [script(1, 'true', more)] };
    expect((await ci.send('POST', 'batches/create-fast', body, 'ann-token')).status).toBe(400);
    expect((await ci.send('POST', 'batches/create-fast', body)).status).toBe(200);
  }
});

test('clients from before there were updates are served, and told that they are old', async () => {
  const ci = await startBatch();
  await ci.send('POST', 'batches/create', batchBody(1));
  const headers = { authorization: 'Bearer ci-token' };
  const old = async (method: string, path: string, body?: unknown) => {
    const url = `${ci.url}/api/v1alpha/batches/${path}`;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url, { method, headers, ...sent });
    return { status: response.status, told: response.headers.get('x-hail-deprecated') };
  };
  const deprecated = { status: 200, told: expect.stringContaining('is deprecated') };
  expect(await old('POST', '1/jobs/create', [script(1, 'true')])).toEqual(deprecated);
  expect(await old('PATCH', '1/close')).toEqual(deprecated);
  await ci.completed(1);
  expect(await old('GET', '1/jobs/1/log')).toEqual(deprecated);
  await ci.send('PATCH', 'batches/1/cancel');
  expect((await ci.send('PATCH', 'batches/1/close')).text).toBe(
    '400: Cannot close a previously cancelled batch.',
  );
});

test('a successful batch that is cancelled afterwards reads as cancelled, and a failed one as failed', async () => {
  const ci = await startBatch();
  const good = await ci.submit([script(1, 'true')]);
  const bad = await ci.submit([script(1, 'false')]);
  for (const id of [good, bad]) {
    await ci.completed(id);
    expect((await ci.send('PATCH', `batches/${id}/cancel`)).status).toBe(200);
  }
  expect(await ci.batch(good)).toMatchObject({
    state: 'cancelled',
    complete: true,
    n_succeeded: 1,
  });
  expect(await ci.batch(bad)).toMatchObject({ state: 'failure', complete: true });
});

test('the same update and the same bunch again change nothing', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true')]);
  const body = { update: { token: 'u', n_jobs: 1 }, bunch: [script(1, 'true')] };
  const first = await ci.send('POST', `batches/${id}/update-fast`, body);
  expect(first.text).toBe('{"update_id":2,"start_job_group_id":1,"start_job_id":2}');
  expect(await ci.send('POST', `batches/${id}/update-fast`, body)).toEqual(first);
  expect(await ci.completed(id)).toMatchObject({ n_jobs: 2, n_completed: 2 });
});

test('requests are answered as the real server does when they make no sense', async () => {
  const ci = await startBatch();
  const huge = { batch: batchBody(1), bunch: [script(1, 'x'.repeat(8 * 1024 * 1024))] };
  expect((await ci.send('POST', 'batches/create-fast', huge)).status).toBe(413);
  expect((await ci.send('POST', 'batches/create-fast', { batch: batchBody(1) })).status).toBe(500);
  expect((await ci.send('GET', 'nowhere')).status).toBe(404);
});

test('a deleted batch is cancelled and gone', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'sleep 60')]);
  expect((await ci.send('DELETE', `batches/${id}`)).status).toBe(200);
  expect((await ci.send('GET', `batches/${id}`)).status).toBe(404);
  expect((await ci.send('DELETE', `batches/${id}`)).status).toBe(404);
  expect(await ci.read('batches')).toEqual({ batches: [] });
});

test('lists come in pages of fifty', async () => {
  const ci = await startBatch({ parallelJobs: 4 });
  for (let count = 0; count < 51; count += 1) {
    await ci.send('POST', 'batches/create', batchBody(0));
  }
  const ids = Array.from({ length: 50 }, (_, i) => ({ id: 51 - i }));
  expect(await ci.read('batches')).toMatchObject({ batches: ids, last_batch_id: 2 });
  const rest = await ci.read('batches?last_batch_id=2');
  expect(rest).toMatchObject({ batches: [{ id: 1 }] });
  expect(rest).not.toHaveProperty('last_batch_id');
  const jobs = Array.from({ length: 50 }, (_, i) => script(i + 1, 'true'));
  const id = await ci.submit(jobs);
  expect(await ci.read(`batches/${id}/jobs`)).toMatchObject({ last_job_id: 50 });
  expect(await ci.read(`batches/${id}/job-groups/0/jobs?recursive=True&last_job_id=50`)).toEqual({
    jobs: [],
  });
});

test('the pages show batches and logs, and write what jobs say as text', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, "echo '<b>bold</b>'", { attributes: { name: 'a<b' } })]);
  await ci.completed(id);
  const page = async (path: string) => (await ci.send('GET', path, undefined, null)).text;
  expect(await page('/batches')).toContain(`href="/batches/${id}"`);
  expect(await page(`/batches/${id}`)).toContain('a&lt;b');
  const job = await page(`/batches/${id}/jobs/1`);
  expect(job).toContain('&lt;b&gt;bold');
  expect(job).not.toContain('<b>bold');
});
