// S6.10, S8.4, S10.1: what failed, and what was tried again, as the API and the page of a pull request tell it.
import { reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { FailedJob } from '../../schemas/failed-job.ts';
import { DeployStatus, PullDetail, RetriedTest } from '../../schemas/status.ts';
import { failed, HEAD, pullOf, sourceOf, stateOf } from '../support/builders.ts';
import { answerTo, command, MAIN, quiet, request, STABLE, seed, stubOf } from './sluice.ts';

const API = '/api/v1alpha';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const jobs: readonly FailedJob[] = [
  {
    ...{ job: 3, name: 'unit_tests', state: 'Failed', exitCode: 1, durationMs: 65_000 },
    ...{ reason: null, log: 'one\n<b>two</b>' },
  },
  {
    ...{ job: 4, name: 'slow_tests', state: 'Error', exitCode: null, durationMs: null },
    ...{ reason: 'timed out', log: null },
  },
];

/** As if a pass had just read what failed in that batch. */
async function believe(change: Parameters<typeof stateOf>[0], batch: number): Promise<void> {
  await seed(stubOf(MAIN), stateOf({ polledAt: Date.now(), ...change }));
  await runInDurableObject(stubOf(MAIN), (_, { storage }) => {
    storage.sql.exec('INSERT INTO failure VALUES (?, ?)', batch, JSON.stringify(jobs));
  });
}

const json = async (path: string): Promise<unknown> => (await request(path)).json();

describe('S6.7 what failed in a test', () => {
  beforeEach(() => believe({ pulls: [pullOf(1, { build: failed(1) })] }, 101));

  it('is told by the API, with the end of each log', async () => {
    const pull = PullDetail.parse(await json(`${API}/watched_branches/main/prs/1`));
    expect(pull.failed_jobs).toEqual([
      {
        ...{ job_id: 3, name: 'unit_tests', state: 'Failed', exit_code: 1, duration: 65_000 },
        ...{ reason: null, log: { main: 'one\n<b>two</b>' } },
        url: 'https://batch.test/batches/101/jobs/3',
      },
      expect.objectContaining({ name: 'slow_tests', reason: 'timed out', log: { main: null } }),
    ]);
  });

  it('is shown on the page, and what a log holds never becomes part of it', async () => {
    const html = await (await request('/acme/bakery/pull/1')).text();
    expect(html).toContain('exit code 1, after 1 min 5 s');
    expect(html).toContain('timed out');
    expect(html).toContain('&lt;b&gt;two&lt;/b&gt;');
    expect(html).not.toContain('<b>');
  });

  it('S6.10 is on record when its test is asked for again', async () => {
    const before = Date.now();
    expect(await command('/watched_branches/main/prs/1/retry', { by: 'mallory' })).toEqual([
      200,
      '',
    ]);
    const answer = await json(`${API}/retried_tests`);
    const { rows, rates, has_more, cursor } = z
      .object({
        rows: RetriedTest.array(),
        rates: z.array(z.unknown()),
        has_more: z.boolean(),
        cursor: z.number(),
      })
      .parse(answer);
    expect(rows).toMatchObject([
      { job_name: 'slow_tests', state: 'Error', exit_code: null },
      {
        ...{ batch_id: 101, job_id: 3, job_name: 'unit_tests', state: 'Failed', exit_code: 1 },
        ...{
          pr_number: 1,
          target_branch: MAIN,
          source_sha: sourceOf(1),
          retried_by: 'the manage token',
        },
      },
    ]);
    expect(Date.parse(rows[0]?.retried_at ?? '')).toBeGreaterThanOrEqual(before);
    expect([has_more, cursor]).toEqual([false, rows[1]?.id]);
    expect(rates).toEqual([
      { job_name: 'slow_tests', retried: 1, rate: null },
      { job_name: 'unit_tests', retried: 1, rate: null },
    ]);
    const [first] = rows;
    expect(await json(`${API}/retried_tests?limit=1`)).toMatchObject({
      ...{ rows: [first], has_more: true, cursor: first?.id },
    });
    expect(await json(`${API}/retried_tests?cursor=${first?.id}`)).toMatchObject({
      ...{ rows: [rows[1]], has_more: false },
    });
  });

  it('S6.10 a tactical retry wants a boolean', async () => {
    const path = '/watched_branches/main/prs/1/retry';
    const [status, text] = await command(path, { tactical: 'yes' });
    expect([status, text]).toEqual([
      400,
      expect.stringContaining("'tactical' must be a JSON boolean"),
    ]);
    expect(await command(path, { tactical: true })).toEqual([200, '']);
  });

  it.each([
    ['after=yesterday', '400: after is "yesterday"; expected a time with its zone'],
    [
      'after=2026-01-05T09:00:00',
      '400: after is "2026-01-05T09:00:00"; expected a time with its zone',
    ],
    ['cursor=x', '400: cursor is "x"; expected the id of a row'],
    ['limit=0', '400: limit is "0"; expected a number from 1 to 500'],
  ])('S10.1 %s is refused with a sentence', async (query, sentence) => {
    const [status, text] = await answerTo(`${API}/retried_tests?${query}`);
    expect([status, text]).toEqual([400, expect.stringContaining(sentence)]);
  });
});

describe('S8.4 deploy_status', () => {
  const deployed = { sha: HEAD, batch: 9, attempt: 1, jobs: 2 };

  it('tells what failed, with its logs', async () => {
    const failure = '2 of 2 jobs failed';
    const failedJobs = ['unit_tests', 'slow_tests'];
    await believe({ deploy: { kind: 'failed', ...deployed, failure, failedJobs } }, 9);
    const [main, stable] = DeployStatus.array().parse(await json(`${API}/deploy_status`));
    expect(main).toMatchObject({
      ...{ branch: MAIN, repo: 'acme/bakery', sha: HEAD },
      ...{ deploy_batch_id: 9, deploy_state: 'failure' },
      failure_information: [{ name: 'unit_tests' }, { name: 'slow_tests' }],
    });
    expect(stable).toEqual({
      ...{ branch: STABLE, repo: 'acme/bakery', sha: null },
      ...{ deploy_batch_id: null, deploy_state: null, failure_information: null },
    });
  });

  it('tells in sentences why no batch could be made', async () => {
    const why = { kind: 'build_yaml', message: 'build.yaml:1:1: no steps\nand 1 more.' } as const;
    await believe({ deploy: { kind: 'unbuildable', sha: HEAD, why } }, 9);
    expect(DeployStatus.array().parse(await json(`${API}/deploy_status`))[0]).toMatchObject({
      ...{ deploy_state: 'checkout_failure' },
      failure_information: ['build.yaml:1:1: no steps', 'and 1 more.'],
    });
  });
});
