// S6.9, S6.11: batches of any size are submitted whole or not at all, and a refused one is never a result.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bunchesOf } from '../../src/clients/batch/submission.ts';
import { job, newBatch, over, start } from './batch-bench.ts';
import { unwrap } from './hands.ts';

const jobs = (count: number, text = 'true') =>
  Array.from({ length: count }, (_, index) => job(index + 1, text));
const heavy = (mebibytes: number) => `true # ${'x'.repeat(mebibytes * 2 ** 20)}`;

describe('S6.9 bunches', () => {
  test('hold at most 1,024 jobs and 7 MiB, in order', () => {
    const many = unwrap(bunchesOf(jobs(3_000)));
    expect(many.map((bunch) => JSON.parse(bunch).length)).toEqual([1_024, 1_024, 952]);
    const ids = many.flatMap((bunch) => JSON.parse(bunch)).map(({ job_id }) => job_id);
    expect(ids).toEqual(jobs(3_000).map(({ job_id }) => job_id));
    const large = unwrap(bunchesOf(jobs(5, heavy(3))));
    expect(large.map((bunch) => JSON.parse(bunch).length)).toEqual([2, 2, 1]);
    for (const bunch of large) expect(Buffer.byteLength(bunch)).toBeLessThan(8 * 2 ** 20);
  });

  test('count bytes, not letters', () => {
    const wide = job(1, 'ü'.repeat(4 * 2 ** 20));
    expect(bunchesOf([wide])).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: expect.stringContaining('8.0 MiB') },
    });
  });
});

describe('S6.9 submission', () => {
  test('what fits is one request', async () => {
    const { service, asked } = await start();
    const { requests } = await asked(() => service.create(newBatch('small', jobs(1_024))));
    expect(requests).toEqual(['POST /api/v1alpha/batches/create-fast']);
  });

  test('of 3,000 jobs takes a row, three bunches and a commit; again, it is the same batch', async () => {
    const { service, asked } = await start();
    const wish = newBatch('large', jobs(3_000));
    const { answer, requests } = await asked(() => service.create(wish));
    const id = unwrap(answer);
    expect(requests.map((request) => request.replace(/\d+/g, 'N'))).toEqual([
      'POST /api/vNalpha/batches/create',
      ...Array.from({ length: 3 }, () => 'POST /api/vNalpha/batches/N/updates/N/jobs/create'),
      'PATCH /api/vNalpha/batches/N/updates/N/commit',
    ]);
    expect(unwrap(await service.create(wish))).toBe(id);
    const found = unwrap(await service.list(0)).map(({ id, jobs }) => ({ id, jobs }));
    expect(found).toEqual([{ id, jobs: 3_000 }]);
    unwrap(await service.cancel(id));
    expect((await over(service, id)).status.kind).not.toBe('passed');
  });

  test.each([
    ['/batches/create', 'after'],
    ['/jobs/create', 'before'],
    ['/jobs/create', 'after'],
    ['/commit', 'before'],
    ['/commit', 'after'],
  ] as const)(
    'cut off at %s, %s it took effect, is finished by asking again',
    async (path, when) => {
      const { service, fault } = await start();
      const wish = newBatch('cut', jobs(1_025));
      await fault({ match: { path }, when, do: { status: 502 } });
      expect(await service.create(wish)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
      const id = unwrap(await service.create(wish));
      expect(unwrap(await service.get(id))).toMatchObject({ jobs: 1_025 });
      expect(unwrap(await service.list(0)).map((batch) => batch.id)).toEqual([id]);
      unwrap(await service.cancel(id));
    },
  );

  test.each([
    ['/batches/create-fast', jobs(2)],
    ['/jobs/create', jobs(1_025)],
  ])('a refusal at %s that is not of the jobs is not taken for one', async (path, wanted) => {
    const { service, fault } = await start();
    const wish = newBatch('passing', wanted);
    await fault({ match: { path }, do: { status: 404 } });
    expect(await service.create(wish)).toMatchObject({ error: { kind: 'refused', status: 404 } });
    const id = unwrap(await service.create(wish));
    expect(unwrap(await service.get(id))).toMatchObject({ jobs: wanted.length });
    unwrap(await service.cancel(id));
  });

  const unfit = [job(1, 'true', { resources: { cpu: '3' } })];

  test.each([
    ['at once', unfit],
    ['in bunches', [...unfit, ...jobs(1_025).slice(1)]],
  ])('S6.11 refused %s leaves no batch that looks like a success', async (_, bad) => {
    const { service, batch } = await start();
    const refused = await service.create(newBatch('unfit', bad));
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'refused', status: 400, message: expect.stringContaining('cpu') },
    });
    const [left] = unwrap(await service.list(0));
    expect(left?.status.kind ?? 'hollow').toBe('hollow');
    const row = z
      .object({ batches: z.array(z.object({ state: z.string() })) })
      .parse(await batch.read('/api/v1alpha/batches?q=user:ci'));
    expect(row.batches).toEqual([{ state: 'cancelled' }]);
  });
});
