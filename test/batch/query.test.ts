/**
 * The two query languages, word by word, on records made without a server.
 * A language is asserted against one sample, so that every row differs in its query alone.
 */
import { describe, expect, test } from 'vitest';
import { parseBatchSpec, parseBunch } from '../../scripts/batch/job-spec.ts';
import { parseBatchQueryV1, parseJobQueryV1 } from '../../scripts/batch/query-v1.ts';
import { parseBatchQueryV2, parseJobQueryV2 } from '../../scripts/batch/query-v2.ts';
import type { BatchRecord } from '../../scripts/batch/record.ts';
import { applyEvent, newBatch } from '../../scripts/batch/scheduler.ts';
import { script } from './client.ts';

const created = Date.parse('2026-01-01T00:00:00Z');

/** One job succeeded, one failed, one still waits. */
function sample(): BatchRecord {
  const attributes = { deploy: '1', target_branch: 'o/r:main', note: 'x=y' };
  const spec = parseBatchSpec({ billing_project: 'P', n_jobs: 3, token: 't', attributes });
  const batch = newBatch({ kind: 'batch', batch: 7, user: 'ci', spec, ms: created });
  const jobs = parseBunch([
    script(1, '', { attributes: { name: 'build' } }),
    script(2, ''),
    script(3, '', { in_update_parent_ids: [1] }),
  ]);
  applyEvent(batch, { kind: 'update', batch: 7, update: 1, token: 't', nJobs: 3, start: 1 });
  applyEvent(batch, { kind: 'jobs', batch: 7, update: 1, jobs });
  applyEvent(batch, { kind: 'commit', batch: 7, update: 1, ms: created });
  for (const [job, exitCode] of [
    [1, 0],
    [2, 3],
  ] as const) {
    const main = { startMs: created, endMs: created + 2000, exitCode };
    const outcome =
      exitCode === 0
        ? ({ state: 'Success', containers: { main: { state: 'succeeded', ...main } } } as const)
        : ({ state: 'Failed', containers: { main: { state: 'failed', ...main } } } as const);
    applyEvent(batch, { kind: 'start', batch: 7, job, attempt: `a${job}`, ms: created });
    applyEvent(batch, { kind: 'end', batch: 7, job, ms: created + 2000, outcome });
  }
  return batch;
}

describe('batches, first language', () => {
  test.each([
    ['', true],
    ['deploy=1 target_branch=o/r:main user:ci', true],
    ['!complete deploy=1', true],
    ['deploy=2', false],
    ['!deploy=2', true],
    ['note=x=y', true],
    ['user=ci', false],
    ['user:ann', false],
    ['has:deploy', true],
    ['has:nothing', false],
    ['billing_project:P', true],
    ['billing_project:p', false],
    ['open', false],
    ['closed', true],
    ['running', true],
    ['complete', false],
    ['cancelled', false],
    ['failure', true],
    ['success', false],
    ['has:toString', false],
  ])('%j is %s', (q, expected) => {
    expect(parseBatchQueryV1(q)(sample())).toBe(expected);
  });

  test.each(['finished', 'constructor', '!'])('%j is refused', (q) => {
    expect(() => parseBatchQueryV1(q)).toThrow(`Invalid search term: ${q.replace('!', '')}.`);
  });
});

describe('batches, second language', () => {
  test.each([
    ['', true],
    ['user = ci', true],
    ['user=ann', false],
    ['batch_id >= 7\nstate = running', true],
    ['state != running', false],
    ['start_time > 2025-12-31T00:00:00Z', true],
    ['start_time < 2025-12-31T00:00:00+02:00', false],
    ['end_time > 2020-01-01T00:00:00Z', false],
    ['cost <= $0.5', true],
    ['deploy = 1', true],
    ['deploy != 2', true],
    ['absent != 2', false],
    ['target_branch =~ r:ma', true],
    ['target_branch !~ main', false],
    ['"o/r:main"', true],
    ['"o/r"', false],
    ['r:m', true],
    ['o%main', true],
  ])('%j is %s', (q, expected) => {
    expect(parseBatchQueryV2(q)(sample())).toBe(expected);
  });

  test.each([
    ['a b', 'could not parse term "a b"'],
    ['state = great', 'unknown state "great"'],
    ['batch_id = x', 'expected int, but found x'],
    ['start_time > 2026-01-01T00:00:00', 'expected date, but found 2026-01-01T00:00:00'],
    ['user > ci', "unexpected operator \">\" expected one of {'=', '!='}"],
    ['billing_project =~ P', 'unexpected operator "=~"'],
    ['duration >= abcd', 'expected float, but found abcd'],
    ['cost >= abcd', 'expected float, but found abcd'],
    ['"a', 'expected a string of minimum length 3'],
  ])('%j is refused', (q, sentence) => {
    expect(() => parseBatchQueryV2(q)).toThrow(sentence);
  });
});

describe('jobs', () => {
  const matching = (parse: typeof parseJobQueryV1, q: string) =>
    [...sample().jobs.values()].filter(parse(q)).map(({ id }) => id);

  test.each([
    ['', [1, 2, 3]],
    ['job_id=2', [2]],
    ['name=build', [1]],
    ['has:name', [1]],
    ['done', [1, 2]],
    ['bad', [2]],
    ['live', [3]],
    ['!success', [2, 3]],
  ])('first language, %j', (q, ids) => {
    expect(matching(parseJobQueryV1, q)).toEqual(ids);
  });

  test.each([
    ['job_id > 1', [2, 3]],
    ['state = ready', [3]],
    ['exit_code = 3', [2]],
    ['duration >= 2', [1, 2]],
    ['name =~ uil', [1]],
    ['instance = batch-worker', []],
    ['instance != batch-worker', [1, 2]],
    ['instance =~ batch-worker', [1, 2]],
    ['worker', [1, 2]],
    ['instance_collection = standard', [1, 2, 3]],
    ['exit_code = NULL', []],
    ['state != done', [3]],
  ])('second language, %j', (q, ids) => {
    expect(matching(parseJobQueryV2, q)).toEqual(ids);
  });
});
