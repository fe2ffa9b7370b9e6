// The Batch client against the local Batch: what it creates, finds again, cancels, and what it makes of
// failure.

import { verify } from '@octokit/webhooks-methods';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fixedToken } from '../../src/clients/credentials.ts';
import { callbackText } from '../../src/core/callback.ts';
import type { BatchService } from '../../src/loop/ports.ts';
import { batchBody, script } from '../batch/client.ts';
import { BRANCH, DEPLOY, job, newBatch, over, SECRET, start, TEST } from './batch-bench.ts';
import { unwrap } from './hands.ts';

describe('S6.1 S6.9 creating', () => {
  test('the same key twice is one batch, another key another', async () => {
    const { service, asked } = await start();
    const { answer, requests } = await asked(() => service.create(newBatch('a')));
    const first = unwrap(answer);
    expect(requests).toEqual(['POST /api/v1alpha/batches/create-fast']);
    expect(unwrap(await service.create(newBatch('a')))).toBe(first);
    expect(unwrap(await service.create(newBatch('b')))).not.toBe(first);
    expect(unwrap(await service.list(0))).toHaveLength(2);
  });

  test('an answer that is lost, then the same key: one batch, its jobs run once', async () => {
    const { batch, service, fault } = await start();
    await fault({ when: 'after', do: { drop: true } });
    expect(await service.create(newBatch('a'))).toMatchObject({
      ok: false,
      error: { kind: 'unknown' },
    });
    const id = unwrap(await service.create(newBatch('a')));
    expect(id).toBe(1);
    await over(service, id);
    expect(await batch.batch(id)).toMatchObject({ n_jobs: 1, n_completed: 1 });
  });

  test('what it is for comes back, of tests and of deploys', async () => {
    const { batch, service } = await start();
    const jobs = [job(1, 'true'), job(2, 'true', { in_update_parent_ids: [1] })];
    const tested = unwrap(await service.create(newBatch('test', jobs)));
    const deployed = unwrap(await service.create(newBatch('deploy', [job(1, 'exit 1')], DEPLOY)));
    expect(await over(service, tested)).toEqual({
      id: tested,
      purpose: TEST,
      jobs: 2,
      finished: 2,
      status: { kind: 'passed' },
      over: true,
      deployed: null,
    });
    expect(await over(service, deployed)).toEqual({
      id: deployed,
      purpose: DEPLOY,
      jobs: 1,
      finished: 1,
      status: { kind: 'failed', failure: '1 of 1 job failed' },
      over: true,
      deployed: null,
    });
    expect(unwrap(await service.list(0))).toEqual([
      await over(service, deployed),
      await over(service, tested),
    ]);
    expect(await batch.batch(tested)).toMatchObject({
      billing_project: 'test',
      user: 'ci',
      attributes: { name: 'test of main', source_branch: 'pr/größe', target_branch: BRANCH },
    });
  });

  test('S6.11 refused jobs are refused in its words; what is left of them is hollow', async () => {
    const { service } = await start();
    const refused = [job(1, 'true', { resources: { cpu: '64' } })];
    expect(await service.create(newBatch('big', refused))).toEqual({
      ok: false,
      error: {
        kind: 'refused',
        status: 400,
        message: expect.stringMatching(/^resource requests for job \(1, 1\) are unsatisfiable/),
      },
    });
    expect(unwrap(await service.list(0))).toMatchObject([
      { purpose: TEST, jobs: 1, status: { kind: 'hollow' }, over: true, deployed: null },
    ]);
  });

  test('S4.5 it is told where to report, with a signature for this batch alone', async () => {
    const { client } = await start();
    let sent: unknown;
    const spy: typeof fetch = (input, init) => {
      sent = JSON.parse(String(init?.body));
      return globalThis.fetch(input, init);
    };
    unwrap(await client({ fetch: spy }).create(newBatch('test 7')));
    const { callback } = z.object({ batch: z.object({ callback: z.url() }) }).parse(sent).batch;
    const { pathname, searchParams } = new URL(callback);
    const { branch = '', batch = '', signature = '' } = Object.fromEntries(searchParams);
    expect(pathname).toBe('/api/v1alpha/batch_callback');
    expect(branch).toBe(BRANCH);
    expect(await verify(SECRET, callbackText(branch, batch), signature)).toBe(true);
    expect(await verify(SECRET, callbackText(branch, `${batch}0`), signature)).toBe(false);
    expect(await verify(SECRET, callbackText('acme/widget:x', batch), signature)).toBe(false);
  });
});

describe('S2.4 S6.9 finding again', () => {
  test('newest first, since an id, in as few pages as there are', async () => {
    const { batch, service, asked } = await start();
    const { attributes } = newBatch('many');
    for (let count = 0; count < 55; count += 1)
      await batch.send('POST', 'batches/create', batchBody(0, { attributes }));
    const ids = async (after: number) => {
      const { answer, requests } = await asked(() => service.list(after));
      return { ids: unwrap(answer).map(({ id }) => id), requests: requests.length };
    };
    const down = (from: number, to: number) =>
      Array.from({ length: from - to + 1 }, (_, index) => from - index);
    expect(await ids(0)).toEqual({ ids: down(55, 1), requests: 2 });
    expect(await ids(3)).toEqual({ ids: down(55, 4), requests: 2 });
    expect(await ids(6)).toEqual({ ids: down(55, 7), requests: 1 });
    expect(await ids(54)).toEqual({ ids: [55], requests: 1 });
    expect(await ids(55)).toEqual({ ids: [], requests: 1 });
  });

  test("other people's, other branches' and unmarked ones are left out", async () => {
    const { batch, service } = await start();
    const { attributes } = newBatch('ours');
    const create = async (user: string, more: Record<string, unknown>) =>
      (await batch.send('POST', 'batches/create', batchBody(0, more), `${user}-token`)).status;
    expect(await create('ann', { attributes })).toBe(200);
    expect(await create('ci', { attributes: { ...attributes, target_branch: 'a/b:c' } })).toBe(200);
    expect(await create('ci', { attributes: { target_branch: BRANCH } })).toBe(200);
    expect(await create('ci', { attributes: { ...attributes, pr: 'seven' } })).toBe(200);
    expect(await create('ci', {})).toBe(200);
    expect(await create('ci', { attributes })).toBe(200);
    expect(unwrap(await service.list(0)).map(({ id }) => id)).toEqual([6]);
    expect(unwrap(await service.get(3))).toBe(null);
  });

  test('S9.3 one that is not there, or not there any more', async () => {
    const { batch, service } = await start();
    expect(unwrap(await service.get(4711))).toBe(null);
    const id = unwrap(await service.create(newBatch('a')));
    await batch.send('DELETE', `batches/${id}`);
    expect(unwrap(await service.get(id))).toBe(null);
    unwrap(await service.cancel(id));
    expect(unwrap(await service.list(0))).toEqual([]);
  });
});

test('S6.8 cancelling twice is cancelling once', async () => {
  const { service } = await start();
  const id = unwrap(await service.create(newBatch('a', [job(1, 'sleep 60')])));
  unwrap(await service.cancel(id));
  unwrap(await service.cancel(id));
  expect(await over(service, id)).toMatchObject({ status: { kind: 'cancelled' } });
  unwrap(await service.cancel(id));
});

describe('S3.3 failure', () => {
  const calls: readonly [string, (service: BatchService) => Promise<unknown>][] = [
    ['list', (service) => service.list(0)],
    ['get', (service) => service.get(1)],
    ['create', (service) => service.create(newBatch('a'))],
    ['cancel', (service) => service.cancel(1)],
  ];

  test.each(calls)(
    '%s: refused, unknown, limited, or not understood; never thrown',
    async (_, call) => {
      const { service, client, fault } = await start();
      const faultOf = async (one: BatchService) =>
        z.object({ error: z.unknown() }).parse(await call(one)).error;
      expect(await faultOf(client({ credentials: fixedToken('nobody') }))).toEqual({
        kind: 'misconfigured',
        message: 'Batch refuses us: Unauthorized (401)',
      });
      await fault({ do: { status: 500 } });
      expect(await faultOf(service)).toEqual({
        kind: 'unknown',
        message: 'a fault that was asked for (500)',
      });
      await fault({ do: { status: 429, body: 'slow down' } });
      expect(await faultOf(service)).toEqual({
        kind: 'rate_limited',
        retryAfterMs: 60_000,
        message: 'slow down (429)',
      });
      await fault({ do: { drop: true } });
      expect(await faultOf(service)).toMatchObject({ kind: 'unknown' });
      await fault({ do: { status: 200, body: '<html>' } });
      expect(await faultOf(service)).toMatchObject({ kind: 'unknown' });
      const silent: typeof fetch = (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      expect(await faultOf(client({ fetch: silent, timeoutMs: 5 }))).toMatchObject({
        kind: 'unknown',
      });
    },
  );

  test('an answer of another shape says where', async () => {
    const { service, fault } = await start();
    await fault({ do: { status: 200, body: '{"batches":[{"id":"x"}]}' } });
    expect(await service.list(0)).toMatchObject({
      ok: false,
      error: {
        kind: 'unreadable',
        message: expect.stringMatching(/^unexpected answer at batches\.0\.id: /),
      },
    });
  });

  test('one who is not in the billing project', async () => {
    const { batch, client } = await start();
    const bob = client({ credentials: fixedToken('bob-token') });
    expect(await bob.create(newBatch('a'))).toMatchObject({
      ok: false,
      error: { kind: 'misconfigured', message: expect.stringContaining('billing project') },
    });
    const id = await batch.submit([script(1, 'true')]);
    expect(unwrap(await bob.get(id))).toBe(null);
  });
});
