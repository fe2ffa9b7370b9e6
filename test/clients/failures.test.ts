// S6.7, S6.10: what failed in a batch and what has passed in it, read from the local Batch.
import { describe, expect, test } from 'vitest';
import { JSON_BYTES_MAX } from '../../durable-objects/stored-json.ts';
import type { BatchApi } from '../../src/clients/batch/api.ts';
import { readFailures } from '../../src/clients/batch/failures.ts';
import { endOfLog } from '../../src/clients/batch/terminal-text.ts';
import type { BatchPurpose } from '../../src/core/observation.ts';
import { ok } from '../../src/core/result.ts';
import { job, newBatch, over, start, TEST } from './batch-bench.ts';
import { unwrap } from './hands.ts';

const named = (id: number, name: string, text: string, more: object = {}) =>
  job(id, text, { attributes: { name }, ...more });
type Bench = Awaited<ReturnType<typeof start>>;

async function run({ service }: Bench, key: string, jobs: ReturnType<typeof job>[], of = TEST) {
  const id = unwrap(await service.create(newBatch(key, jobs, of)));
  await over(service, id);
  return id;
}

describe('S6.7 the jobs that failed', () => {
  test('come with exit code, reason, and the last 60 lines of their logs', async () => {
    const bench = await start();
    const id = await run(bench, 'bad', [
      named(1, 'good', 'echo fine'),
      named(2, 'loud', 'seq 1 100; exit 3'),
      named(3, 'slow', 'echo begun; sleep 20', { timeout: 0.2 }),
      named(4, 'after', 'true', { in_update_parent_ids: [2] }),
    ]);
    const { jobs: failures } = unwrap(await bench.service.failures(id));
    const lines = Array.from({ length: 60 }, (_, index) => index + 41).join('\n');
    expect(failures).toMatchObject([
      { ...{ job: 2, name: 'loud', state: 'Failed', exitCode: 3, reason: null }, log: lines },
      { ...{ job: 3, name: 'slow', state: 'Error', exitCode: null, reason: 'timed out' } },
    ]);
    expect(failures[0]?.durationMs).toBeGreaterThan(0);
  });

  test('of a log without end its end is read, without colours', async () => {
    const bench = await start();
    const text = String.raw`yes | head -c 3000000 | tr -d '\n'; printf '\n\033[31mred\033[0m\n'; exit 1`;
    const id = await run(bench, 'long', [named(1, 'long', text)]);
    const [failure] = unwrap(await bench.service.failures(id)).jobs;
    expect(failure?.log?.length).toBeLessThan(500);
    expect(failure?.log?.split('\n').at(-1)).toBe('red');
  });

  test('of a batch that is gone are none, and an answer that is lost is a fault', async () => {
    const bench = await start();
    expect(unwrap(await bench.service.failures(99))).toEqual({ jobs: [], unread: null });
    await bench.fault({ do: { status: 502 } });
    expect(await bench.service.failures(99)).toMatchObject({ error: { kind: 'unknown' } });
  });

  test('a log that cannot be read keeps nobody from the others', async () => {
    const bench = await start();
    const id = await run(bench, 'two', [
      named(1, 'a', 'echo a; exit 1'),
      named(2, 'b', 'echo b; exit 1'),
    ]);
    await bench.fault({ match: { path: '/jobs/1/log' }, do: { status: 500 } });
    const [a, b] = [{ name: 'a' }, { name: 'b', log: 'b' }];
    expect(unwrap(await bench.service.failures(id))).toMatchObject({
      jobs: [{ ...a, log: null }, b],
      unread: { kind: 'unknown' },
    });
    // Asked again, it is there.
    const again = unwrap(await bench.service.failures(id));
    expect(again).toMatchObject({ jobs: [{ ...a, log: 'a' }, b], unread: null });
  });

  test('are read over six connections, and when logs hang nobody waits for every one', async () => {
    const bench = await start();
    const jobs = Array.from({ length: 9 }, (_, index) =>
      named(index + 1, `j${index}`, 'sleep 20', { timeout: 0.1 }),
    );
    const id = await run(bench, 'many', jobs);
    let [open, most] = [0, 0];
    const counting: typeof fetch = async (input, init) => {
      most = Math.max(most, ++open);
      return fetch(input, init).finally(() => open--);
    };
    expect(unwrap(await bench.client({ fetch: counting }).failures(id)).jobs.length).toBe(9);
    expect(most).toBe(6);
    await bench.fault({ match: { path: '/log/' }, do: { hang: true }, times: 99 });
    const hanging = bench.client({ timeoutMs: 300 });
    const { answer, requests } = await bench.asked(() => hanging.failures(id));
    expect(unwrap(answer)).toMatchObject({ unread: { kind: 'unknown' } });
    expect(unwrap(answer).jobs.length).toBe(9);
    expect(requests.filter((request) => request.includes('/log/')).length).toBe(6);
  });
});

describe('S6.7 the end of a log', () => {
  test.each<[what: string, log: string, shown: string | null]>([
    ['no colours', '\x1b[1;31mred\x1b[0m \x1b[38;5;9mtoo', 'red too'],
    ['no moves of the cursor', '\x1b[2K\x1b[1Ghere\x1b[?25l\x1b(B\x1b7', 'here'],
    [
      'no titles and links',
      '\x1b]0;title\x07a \x1b]8;;https://x.test\x1b\\link\x1b]8;;\x1b\\',
      'a link',
    ],
    ['no other control characters', 'a\0b\bc\x07d\x7fe\x9ff\x1b', 'abcdef'],
    ['tabs and lines', 'a\tb\n\n c', 'a\tb\n\n c'],
    ['the last state of a progress bar', ' 1%\r50%\r\x1b[K100%\nnext', '100%\nnext'],
    ['lines of Windows', 'a\r\nb\r\r\n\r\n', 'a\nb'],
    ['no half a character', 'a\uD83Eb\uDD50', 'a\uFFFDb\uFFFD'],
    ['nor at a cut', `${'x'.repeat(399)}🥐`, `${'x'.repeat(399)}…`],
    ['nothing', '\r\n\x1b[0m\0\n', null],
  ])('shows %s', (_, log, shown) => {
    expect(endOfLog(log)).toBe(shown);
  });

  test.each(['\0', '\x1b', '\b', '"', '\\', '界', '\uFFFD', '\uD83E', '🥐', '\x1b[', '\x1b]'])(
    'fits into a row of 2 MB with those of all other jobs, though it is nothing but %j',
    async (worst) => {
      const job = { state: 'Error', name: worst.repeat(10_000), exit_code: 137, duration: 1e12 };
      const jobs = Array.from({ length: 100 }, (_, index) => ({ ...job, job_id: 1e9 + index }));
      const log = Array.from({ length: 100 }, () => worst.repeat(1_000)).join('\n');
      const status = { error: worst.repeat(10_000) };
      const api: BatchApi = {
        request: async (_method, path, answer) =>
          ok(answer.parse(path.endsWith('q=bad') ? { jobs } : { status })),
        tail: async () => ok(log),
      };
      const read = unwrap(await readFailures(api, 1));
      expect(read.jobs).toHaveLength(20);
      expect(Buffer.byteLength(JSON.stringify(read.jobs))).toBeLessThan(JSON_BYTES_MAX);
    },
  );
});

describe('S6.10 the jobs that have passed', () => {
  const attempt = (number: number, change: object = {}): BatchPurpose =>
    ({ ...TEST, attempt: number, ...change }) as BatchPurpose;

  test('in earlier attempts of the very same test, each with the newest batch', async () => {
    const bench = await start();
    const [good, bad] = ['true', 'exit 1'];
    const first = await run(bench, '1', [named(1, 'a', good), named(2, 'b', bad)], attempt(1));
    const second = await run(bench, '2', [named(1, 'a', good), named(2, 'b', good)], attempt(2));
    const other = { targetSha: '9'.repeat(40) };
    await run(bench, '3', [named(1, 'c', good)], attempt(1, other));
    await run(bench, '4', [named(1, 'd', good)], attempt(3));
    expect([first, second].every((id) => id > 0)).toBe(true);
    if (TEST.kind !== 'test') throw new Error('not a test');
    const passed = unwrap(await bench.service.passedJobs({ ...TEST, attempt: 3 }));
    expect([...passed]).toEqual([
      ['a', second],
      ['b', second],
    ]);
    const before = unwrap(await bench.service.passedJobs({ ...TEST, attempt: 2 }));
    expect([...before]).toEqual([['a', first]]);
  });

  test('more than one page of them', async () => {
    const bench = await start();
    const many = Array.from({ length: 120 }, (_, index) =>
      named(index + 1, `job-${index}`, 'true'),
    );
    await run(bench, 'many', many, attempt(1));
    if (TEST.kind !== 'test') throw new Error('not a test');
    expect(unwrap(await bench.service.passedJobs({ ...TEST, attempt: 2 })).size).toBe(120);
  });
});
