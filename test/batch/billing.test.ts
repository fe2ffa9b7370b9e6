/**
 * Billing projects: who may submit to which, and how they are closed and limited. They outlive the
 * server.
 */
import { expect, test } from 'vitest';
import { batchBody, script, startBatch } from './client.ts';

test('a project is made, given members, closed, opened and deleted', async () => {
  const ci = await startBatch();
  const post = async (path: string) => {
    const { status, text } = await ci.send('POST', `billing_projects/${path}`);
    return status === 200 ? JSON.parse(text) : text;
  };
  expect(await ci.read('billing_projects')).toEqual([
    { billing_project: 'test', status: 'open', users: ['ci', 'ann'], limit: null, accrued_cost: 0 },
  ]);
  expect(await post('new/create')).toBe('new');
  expect(await post('new/create')).toBe('new');
  expect((await ci.send('GET', 'billing_projects/new')).text).toBe(
    '403: Unknown Hail Batch billing project new.',
  );
  expect(await post('new/users/ci/add')).toEqual({ billing_project: 'new', user: 'ci' });
  expect(await post('new/delete')).toBe('403: Billing project new is open and cannot be deleted.');
  expect(await post('new/close')).toBe('new');
  expect(await post('new/users/ann/add')).toBe(
    '403: Billing project new is closed and cannot be modified.',
  );
  const body = batchBody(0, { billing_project: 'new' });
  expect((await ci.send('POST', 'batches/create', body)).text).toBe(
    '403: Billing project new is closed or deleted.',
  );
  await ci.close();
  const again = await startBatch({ root: ci.root });
  expect(await again.read('billing_projects/new')).toMatchObject({ status: 'closed' });
  expect((await again.send('POST', 'billing_projects/new/reopen')).text).toBe('"new"');
  expect((await again.send('POST', 'batches/create', body)).status).toBe(200);
  expect((await again.send('POST', 'billing_projects/new/users/ci/remove')).status).toBe(200);
  expect((await again.send('POST', 'batches/create', body)).status).toBe(403);
  expect((await again.send('POST', 'billing_projects/none/close')).text).toBe(
    '403: Billing project none does not exist.',
  );
});

test('a limit of nothing is reached at once', async () => {
  const ci = await startBatch();
  const limited = await ci.send('POST', 'billing_limits/test/edit', { limit: 0 });
  expect(limited.text).toBe('{"billing_project":"test","limit":0}');
  expect((await ci.send('POST', 'batches/create', batchBody(0))).text).toBe(
    '403: billing project test has exceeded the budget; accrued=$0.0000 limit=$0.0000',
  );
  expect((await ci.send('POST', 'billing_limits/test/edit', { limit: -1 })).text).toBe(
    '400: Invalid billing_limit -1.',
  );
  await ci.send('POST', 'billing_limits/test/edit', { limit: null });
  expect((await ci.send('POST', 'batches/create', batchBody(0))).status).toBe(200);
});

test('a project with running batches is not closed', async () => {
  const ci = await startBatch();
  await ci.submit([script(1, 'sleep 60')]);
  expect((await ci.send('POST', 'billing_projects/test/close')).text).toBe(
    '403: Billing project test has running batches.',
  );
});
