// How long a big build.yaml takes from its text to the jobs of a test, in workerd: in an isolate that has just
// started, in one that has compiled the same file before, and in one that sees the file for the first time. The file is made
// up (big-build-yaml.ts), so that it is the same for everybody.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createTestHarness, type TestHarness } from 'wrangler';
import { standInCode } from '../compile/stand-ins.ts';
import { bigBuild } from './big-build-yaml.ts';
import type { Job } from './compile-job.ts';
import { type Figure, figure, median } from './figure.ts';
import { atMost, type Limit } from './limit.ts';

const COLD_STARTS = 3;
const WARM_UPS = 30;
const ROUNDS = 40;
const EMPTY_ROUNDS = 15;
/** The part of the rounds that had the machine to themselves, whatever else it does. */
const FAST = 0.1;
const WARM_LIMIT_MS = 60;

const JOB: Job = {
  ...bigBuild(),
  settings: {
    public_url: 'https://sluice.example.org',
    batch: { url: 'https://batch.example.org', billing_project: 'ci' },
    developers: [],
    storage_uri: 'gs://bucket',
    docker_prefix: 'registry.example/images',
    branches: [{ branch: 'acme/bakery:main' }],
  },
  code: standInCode('test'),
};
/** What the figures are of. */
export const COMPILED_LINES = JOB.buildYaml.split('\n').length;

const nameOf = (what: string): string => `compile a made-up build.yaml, ${what}`;
export const UNSEEN = nameOf('warm, never seen: median');

export const COMPILE_LIMITS: readonly Limit[] = ['seen before', 'never seen'].map((what) =>
  atMost(nameOf(`warm, ${what}: a tenth is faster`), COMPILED_LINES, WARM_LIMIT_MS),
);

interface Times {
  /** The first in a new isolate. */
  readonly cold: readonly number[];
  /** The parsed form is kept by the file's id. */
  readonly same: readonly number[];
  /** Parsed, checked and compiled. */
  readonly unseen: readonly number[];
}

/** By lines of build.yaml. */
export async function compileFigures(): Promise<Figure[]> {
  const { cold, same, unseen } = await measure(JOB);
  const of = (what: string, ms: number): Figure => figure(nameOf(what), COMPILED_LINES, ms, 'ms');
  return [
    of('cold: median', median(cold)),
    of('warm, seen before: median', median(same)),
    of('warm, seen before: a tenth is faster', fast(same)),
    of('warm, never seen: median', median(unseen)),
    of('warm, never seen: a tenth is faster', fast(unseen)),
  ];
}

/** What else runs on the machine makes a round slower, never faster. */
const fast = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * FAST)] ?? Number.NaN;

async function measure(job: Job): Promise<Times> {
  // Nothing is fetched from anywhere.
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  const cold: number[] = [];
  for (let start = 0; start < COLD_STARTS; start += 1)
    cold.push(
      await withWorker(job, async (worker) => (await times(worker, 1, () => null))[0] ?? 0),
    );
  return withWorker(job, async (worker) => {
    await compileIn(worker, WARM_UPS, 'warm-up');
    await compileIn(worker, WARM_UPS, null);
    const same = await times(worker, ROUNDS, () => null);
    return { cold, same, unseen: await times(worker, ROUNDS, (round) => `round-${round}`) };
  });
}

/** Of whole requests, less what one takes that compiles nothing. @param changed as the Worker takes it */
async function times(
  worker: TestHarness,
  rounds: number,
  changed: (round: number) => string | null,
): Promise<number[]> {
  const empty: number[] = [];
  for (let round = 0; round < EMPTY_ROUNDS; round += 1)
    empty.push(await stopwatch(() => compileIn(worker, 0, null)));
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    all.push(await stopwatch(() => compileIn(worker, 1, changed(round))));
  return all.map((time) => time - median(empty));
}

async function stopwatch(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

async function compileIn(
  worker: TestHarness,
  count: number,
  changed: string | null,
): Promise<void> {
  const query = changed === null ? '' : `&changed=${changed}`;
  const answer = await worker.fetch(`/?times=${count}${query}`, { method: 'POST' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}

async function withWorker<T>(job: Job, work: (worker: TestHarness) => Promise<T>): Promise<T> {
  const worker = createTestHarness({
    workers: [{ configPath: join(import.meta.dirname, 'wrangler.toml') }],
  });
  await worker.listen();
  try {
    const answer = await worker.fetch('/', { method: 'PUT', body: JSON.stringify(job) });
    await answer.text();
    return await work(worker);
  } finally {
    await worker.close();
  }
}
