// The jobs of a batch inside workerd: what was submitted is kept, Batch is asked when somebody looks, with patience that ends.
import { reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchJobs } from '../../durable-objects/batch-jobs.ts';
import { SqliteStore } from '../../durable-objects/store.ts';
import type { JobRead } from '../../schemas/batch-jobs.ts';
import { err, ok } from '../../src/core/result.ts';
import type { BatchService } from '../../src/loop/ports.ts';
import { pullOf, running, stateOf } from '../support/builders.ts';
import { MAIN, outside, quiet, request, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const PLANNED = [
  { job: 1, name: 'checkout', parents: [] },
  { job: 2, name: 'test', parents: [1] },
];
const read = (job: number, state: JobRead['state']): JobRead => ({
  job,
  name: `job ${job}`,
  state,
  exitCode: null,
  durationMs: 5,
});

/** A Batch that answers as told, and counts how often it was asked. */
function batch(...answers: Awaited<ReturnType<BatchService['jobs']>>[]) {
  const jobs = vi.fn<BatchService['jobs']>();
  for (const answer of answers) jobs.mockResolvedValueOnce(answer);
  return { jobs };
}

/** Runs in an object's storage, with a clock that the test moves. */
const inObject = (
  test: (jobs: BatchJobs, clock: { now: number }, again: () => BatchJobs) => Promise<void>,
) =>
  runInDurableObject(stubOf(MAIN), async (_object, { storage }) => {
    const clock = { now: 1_000_000 };
    const make = () => new BatchJobs(storage.sql, () => clock.now);
    await test(make(), clock, make);
  });

describe('S6.7 what failed', () => {
  it('is kept without logs where they are more than a row can hold, and nothing fails of it', () =>
    runInDurableObject(stubOf(MAIN), async (_object, { storage }) => {
      const [nobody, now] = [() => {}, () => 1_000_000];
      const store = new SqliteStore(storage, MAIN, now, nobody, nobody);
      const failed = { job: 1, state: 'Failed', exitCode: 1, durationMs: 5, reason: null } as const;
      const huge = '\0'.repeat(400_000);
      store.keepFailures(7, [{ ...failed, name: 'loud', log: huge }]);
      expect(store.failures(7)).toEqual([{ ...failed, name: 'loud', log: null }]);
      store.keepFailures(8, [{ ...failed, name: huge, log: 'x' }]);
      expect(store.failures(8)).toEqual([]);
      store.keepFailures(9, [{ ...failed, name: 'quiet', log: 'x' }]);
      expect(store.failures(9)).toEqual([{ ...failed, name: 'quiet', log: 'x' }]);
    }));
});

describe('S10.2 jobs', () => {
  it('are those that were submitted, with how they go', () =>
    inObject(async (jobs) => {
      jobs.keep(7, PLANNED);
      const service = batch(ok([read(1, 'Success'), read(2, 'Running')]));
      expect(await jobs.of(7, service)).toEqual({
        planned: PLANNED,
        read: [read(1, 'Success'), read(2, 'Running')],
        readAt: 1_000_000,
        problem: null,
      });
    }));

  it('are those that Batch lists where there are more than a row can hold, and nothing fails of it', () =>
    inObject(async (jobs, _clock, again) => {
      const name = '界'.repeat(1_000_000);
      jobs.keep(7, [{ job: 1, name, parents: [] }]);
      const listed = [{ ...read(1, 'Success'), name }];
      const service = batch(ok(listed), ok(listed));
      expect(await jobs.of(7, service)).toMatchObject({ planned: [], read: listed });
      expect((await again().of(7, service)).read).toEqual(listed);
    }));

  it('are asked for once by many who look, and again only after a while', () =>
    inObject(async (jobs, clock) => {
      const service = batch(ok([read(1, 'Running')]), ok([read(1, 'Success')]));
      await Promise.all([jobs.of(7, service), jobs.of(7, service), jobs.of(7, service)]);
      clock.now += 1_999;
      await jobs.of(7, service);
      expect(service.jobs).toHaveBeenCalledTimes(1);
      clock.now += 1;
      expect((await jobs.of(7, service)).read).toEqual([read(1, 'Success')]);
    }));

  it('are never asked for again when all have ended, also after the object was evicted', () =>
    inObject(async (jobs, _clock, again) => {
      jobs.keep(7, PLANNED);
      const service = batch(ok([read(1, 'Success'), read(2, 'Failed')]));
      await jobs.of(7, service);
      const nobody = batch();
      expect(await again().of(7, nobody)).toMatchObject({
        planned: PLANNED,
        read: [{ state: 'Success' }, { state: 'Failed' }],
        readAt: 1_000_000,
      });
      expect(nobody.jobs).not.toHaveBeenCalled();
    }));

  it('have not all ended while Batch lists fewer than were submitted', () =>
    inObject(async (jobs, clock) => {
      jobs.keep(7, PLANNED);
      const service = batch(ok([read(1, 'Success')]), ok([]));
      await jobs.of(7, service);
      clock.now += 5_000;
      await jobs.of(7, service);
      expect(service.jobs).toHaveBeenCalledTimes(2);
    }));

  it('stay as they were read last when Batch cannot be asked, and it is said', () =>
    inObject(async (jobs, clock) => {
      const service = batch(
        ok([read(1, 'Running')]),
        err({ kind: 'unknown', message: 'no answer' }),
      );
      await jobs.of(7, service);
      clock.now += 5_000;
      expect(await jobs.of(7, service)).toEqual({
        planned: [],
        read: [read(1, 'Running')],
        readAt: 1_000_000,
        problem: 'no answer',
      });
    }));

  it('are not waited for longer than a person waits for a page', () =>
    inObject(async (jobs) => {
      vi.useFakeTimers();
      try {
        const looking = jobs.of(7, { jobs: () => new Promise(() => {}) });
        await vi.advanceTimersByTimeAsync(1_500);
        expect(await looking).toMatchObject({ read: [], problem: 'Batch has not answered yet.' });
      } finally {
        vi.useRealTimers();
      }
    }));
});

describe('S10.2 the page of a pull request', () => {
  it('draws its jobs with their states, and says what waits for what', async () => {
    await seed(
      stubOf(MAIN),
      stateOf({ polledAt: Date.now(), pulls: [pullOf(1, { build: running(1) })] }),
    );
    await runInDurableObject(stubOf(MAIN), (_object, { storage }) =>
      new BatchJobs(storage.sql, Date.now).keep(101, PLANNED),
    );
    const jobs = [
      { job_id: 1, name: 'checkout', state: 'Success', exit_code: 0, duration: 61_000 },
      { job_id: 2, name: 'test', state: 'Running', exit_code: null, duration: null },
    ];
    outside(async (input) =>
      new URL(new Request(input).url).pathname.endsWith('/batches/101/jobs')
        ? Response.json({ jobs })
        : new Response('down', { status: 503 }),
    );
    const html = await (await request('/acme/bakery/pull/1')).text();
    expect(html).toContain('<title>checkout: succeeded, 1 min 1 s</title>');
    expect(html).toContain('<title>test: running</title>');
    expect(html).toContain('1 of 2 jobs ended');
    expect(html).toContain('class="edge"');
    expect(html).toContain('data-again="3"');
    expect(html).toContain('https://batch.test/api/v1alpha/batches/101/jobs/2/log/main');
  });

  it('shows what was submitted when Batch is down', async () => {
    await seed(
      stubOf(MAIN),
      stateOf({ polledAt: Date.now(), pulls: [pullOf(1, { build: running(1) })] }),
    );
    await runInDurableObject(stubOf(MAIN), (_object, { storage }) =>
      new BatchJobs(storage.sql, Date.now).keep(101, PLANNED),
    );
    const html = await (await request('/acme/bakery/pull/1')).text();
    expect(html).toContain('<title>test: not known</title>');
    expect(html).toContain('the world is down');
  });
});
