/**
 * Callbacks: one POST when a batch is complete, and the switch that makes them unreliable.
 * A callback is a hint: that clients may not rely on it is their test, not ours.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batchBody, script, startBatch, until } from './client.ts';
import { hooks } from './hooks.ts';

test('a complete batch is told once, as GET shows it', async () => {
  const { url, bodies } = await hooks();
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true'), script(2, 'exit 1')], {
    callback: `${url}/done?secret=s`,
    attributes: { test: '1' },
  });
  await ci.completed(id);
  await until(async () => bodies[0] ?? null);
  expect(bodies).toEqual([{ path: '/done?secret=s', body: await ci.read(`batches/${id}`) }]);
});

test.each([
  [{ mode: 'drop' }, 0],
  [{ mode: 'duplicate' }, 2],
  [{ mode: 'delay', delayMs: 30 }, 1],
])('with %j there are %d', async (mode, count) => {
  const { url, bodies } = await hooks();
  const ci = await startBatch();
  expect((await ci.send('PUT', '/_batch/callbacks', mode)).status).toBe(200);
  await ci.completed(await ci.submit([script(1, 'true')], { callback: url }));
  await until(async () => (bodies.length >= count ? true : null));
  await pause(50);
  expect(bodies).toHaveLength(count);
});

test('a batch that grows calls back again, and an empty one never does', async () => {
  const { url, bodies } = await hooks();
  const ci = await startBatch();
  await ci.send('POST', 'batches/create', batchBody(0, { callback: `${url}/empty` }));
  const id = await ci.submit([script(1, 'true')], { callback: `${url}/grows` });
  await until(async () => bodies[0] ?? null);
  const update = { token: 'more', n_jobs: 1 };
  await ci.send('POST', `batches/${id}/update-fast`, { update, bunch: [script(1, 'exit 1')] });
  await until(async () => bodies[1] ?? null);
  expect(bodies).toMatchObject([
    { path: '/grows', body: { n_jobs: 1, state: 'success', complete: true } },
    { path: '/grows', body: { n_jobs: 2, state: 'failure', complete: true } },
  ]);
});

test('a listener that refuses or is gone does no harm', async () => {
  const ci = await startBatch();
  const id = await ci.submit([script(1, 'true')], { callback: 'http://127.0.0.1:1/' });
  expect(await ci.completed(id)).toMatchObject({ state: 'success' });
});
