/**
 * Faults on demand: slow, silent, wrong and half-done answers, and the log of what was asked.
 * A fault is asserted by what a client sees, and by what took effect all the same.
 */
import { describe, expect, test } from 'vitest';
import { type BatchClient, batchBody, script, startBatch } from './client.ts';

const switchOn = (ci: BatchClient, fault: object) => ci.send('POST', '/_batch/faults', fault);

describe('faults on demand', () => {
  test('before: the request has no effect; after: only its answer is lost', async () => {
    const ci = await startBatch();
    const fault = (when: string, what: unknown) =>
      ci.send('POST', '/_batch/faults', {
        match: { method: 'POST', path: 'create-fast' },
        when,
        do: what,
        times: 1,
      });
    await fault('before', { status: 503 });
    await expect(ci.submit([script(1, 'true')])).rejects.toThrow('a fault that was asked for');
    expect(await ci.read('batches')).toEqual({ batches: [] });
    await fault('after', { drop: true });
    await expect(ci.submit([script(1, 'true')], { token: 't' })).rejects.toThrow('fetch failed');
    expect(await ci.submit([script(1, 'true')], { token: 't' })).toBe(1);
    const log = await ci.send('GET', '/_batch/requests');
    expect(JSON.parse(log.text)).toMatchObject({
      requests: [
        { path: '/api/v1alpha/batches/create-fast', status: 503 },
        { method: 'GET', status: 200 },
        { status: null },
        { status: 200 },
      ],
    });
  });

  test('one is cleared by its name, and the others stay', async () => {
    const ci = await startBatch();
    for (const name of ['aim', 'storm'])
      await switchOn(ci, { match: {}, do: { status: 503 }, times: 1, name });
    await ci.send('DELETE', '/_batch/faults?name=aim');
    const left = await ci.send('GET', '/_batch/faults');
    expect(JSON.parse(left.text)).toMatchObject([{ name: 'storm' }]);
  });

  test('a connection is cut before, a request waits, an answer has no body', async () => {
    const ci = await startBatch();
    for (const what of [{ drop: true }, { delayMs: 5 }, { status: 204 }]) {
      await ci.send('POST', '/_batch/faults', { match: {}, when: 'before', do: what, times: 1 });
    }
    await expect(ci.send('GET', 'cloud')).rejects.toThrow('fetch failed');
    expect(await ci.send('GET', 'cloud')).toEqual({ status: 200, text: 'gcp' });
    expect(await ci.send('GET', 'cloud')).toEqual({ status: 204, text: '' });
    expect(await ci.send('GET', 'cloud')).toEqual({ status: 200, text: 'gcp' });
  });

  test('a switch that is not one is refused', async () => {
    const ci = await startBatch();
    expect((await ci.send('POST', '/_batch/faults', { match: {} })).status).toBe(400);
    expect((await ci.send('PUT', '/_batch/callbacks', { mode: 'sing' })).status).toBe(400);
  });

  test('S6.11 midway: the batch is made, its jobs are not, until the token comes again', async () => {
    const ci = await startBatch();
    await switchOn(ci, {
      match: { path: 'create-fast' },
      when: 'midway',
      do: { status: 500 },
      times: 1,
    });
    const jobs = [script(1, 'true')];
    await expect(ci.submit(jobs, { token: 't' })).rejects.toThrow('a fault that was asked for');
    expect(await ci.batch(1)).toMatchObject({ complete: true, state: 'success', n_jobs: 0 });
    expect(await ci.submit(jobs, { token: 't' })).toBe(1);
    expect(await ci.completed(1)).toMatchObject({ n_jobs: 1, n_succeeded: 1 });
    await switchOn(ci, { match: {}, when: 'midway', do: { drop: true }, times: 1 });
    await expect(ci.submit(jobs)).rejects.toThrow('fetch failed');
    expect(await ci.batch(2)).toMatchObject({ complete: true, n_jobs: 0 });
  });

  test('one batch answers 500 until faults are cleared, and the others do not', async () => {
    const ci = await startBatch();
    for (let id = 1; id <= 12; id += 1) await ci.send('POST', 'batches/create', batchBody(0));
    await switchOn(ci, { match: { pattern: '/batches/1(/|$)' }, do: { status: 500, body: 'no' } });
    const statusOf = async (id: number) => (await ci.send('GET', `batches/${id}`)).status;
    expect([await statusOf(1), await statusOf(12), await statusOf(1)]).toEqual([500, 200, 500]);
    await ci.send('DELETE', '/_batch/faults');
    expect(await statusOf(1)).toBe(200);
  });

  test('a request that hangs ends when its client hangs up, or when the server closes', async () => {
    const ci = await startBatch();
    await switchOn(ci, { match: { path: '/cloud' }, do: { hang: true } });
    const ask = (signal: AbortSignal) => fetch(`${ci.url}/api/v1alpha/cloud`, { signal });
    await expect(ask(AbortSignal.timeout(50))).rejects.toThrow('timeout');
    const asked = ask(AbortSignal.timeout(10_000));
    const closed = expect(asked).rejects.toThrow('fetch failed');
    await ci.send('GET', 'version');
    await ci.close();
    await closed;
  });

  test('in maintenance nothing is taken, and everything is read', async () => {
    const ci = await startBatch();
    await ci.send('PUT', '/_batch/frozen', { frozen: true });
    expect((await ci.send('POST', 'batches/create', batchBody(0))).status).toBe(503);
    expect((await ci.send('PATCH', 'batches/1/cancel')).status).toBe(503);
    expect((await ci.send('GET', 'batches')).status).toBe(200);
    await ci.send('PUT', '/_batch/frozen', { frozen: false });
    expect((await ci.send('POST', 'batches/create', batchBody(0))).status).toBe(200);
  });
});
