// How long a build.yaml takes from its text to the jobs of a test, in workerd: in an isolate that has just
// started, in one that has compiled the same file before, and in one that sees the file for the first time.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createTestHarness, type TestHarness } from 'wrangler';
import { z } from 'zod';
import { parseBuildYaml } from '../../src/compile/parse.ts';
import { jsonOf } from '../compile/json-file.ts';
import { readFiles, readText } from '../compile/repository.ts';
import { standInCode } from '../compile/stand-ins.ts';
import { bigBuild } from './big-build-yaml.ts';
import type { Job } from './compile-job.ts';
import { type Figure, figure, median } from './figure.ts';

const WARM_LIMIT_MS = 60;
const COLD_STARTS = 3;
const WARM_UPS = 30;
const ROUNDS = 40;
const EMPTY_ROUNDS = 15;
/** The part of the rounds that had the machine to themselves, whatever else it does. */
const FAST = 0.1;

/** Beside this project, where another project's files lie. */
const RECORDED = join(import.meta.dirname, '../../../shared/data/compile');

interface Times {
  readonly jobs: string;
  /** The first in a new isolate. */
  readonly cold: readonly number[];
  /** The parsed form is kept by the file's id. */
  readonly same: readonly number[];
  /** Parsed, checked and compiled. */
  readonly unseen: readonly number[];
}

/** @returns whether it is as fast as it must be */
export async function benchCompile(): Promise<boolean> {
  const job = chosenJob();
  say(`${linesOf(job)} lines of build.yaml (${job.what})`);
  const { jobs, cold, same, unseen } = await measure(job);
  say(`cold: ${figures(cold)} (the first in a new isolate)`);
  say(`${jobs} jobs`);
  say(`warm: ${figures(same)} (the parsed form is kept by the file's id)`);
  say(`warm, a file never seen: ${figures(unseen)} (parsed, checked and compiled)`);
  // What else runs on the machine makes a round slower, never faster.
  const within = Math.max(at(same, FAST), at(unseen, FAST)) <= WARM_LIMIT_MS;
  say(`${within ? 'within' : 'OVER'} the ${WARM_LIMIT_MS} ms that a warm one may take`);
  return within;
}

/** The medians, by lines of build.yaml. */
export async function compileFigures(): Promise<Figure[]> {
  const job = chosenJob();
  const { cold, same, unseen } = await measure(job);
  const lines = linesOf(job);
  return [
    figure('compile build.yaml: cold', lines, median(cold), 'ms'),
    figure('compile build.yaml: warm, seen before', lines, median(same), 'ms'),
    figure('compile build.yaml: warm, never seen', lines, median(unseen), 'ms'),
  ];
}

const chosenJob = (): NamedJob => (existsSync(RECORDED) ? recordedJob(RECORDED) : madeUpJob());
const linesOf = ({ buildYaml }: Job): number => buildYaml.split('\n').length;

async function measure(job: Job): Promise<Times> {
  // Nothing is fetched from anywhere.
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  const cold: number[] = [];
  for (let start = 0; start < COLD_STARTS; start += 1)
    cold.push(
      await withWorker(job, async (worker) => (await times(worker, 1, () => null))[0] ?? 0),
    );
  return withWorker(job, async (worker) => {
    const jobs = await compileIn(worker, WARM_UPS, 'warm-up');
    await compileIn(worker, WARM_UPS, null);
    const same = await times(worker, ROUNDS, () => null);
    return { jobs, cold, same, unseen: await times(worker, ROUNDS, (round) => `round-${round}`) };
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
): Promise<string> {
  const query = changed === null ? '' : `&changed=${changed}`;
  const answer = await worker.fetch(`/?times=${count}${query}`, { method: 'POST' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
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

type NamedJob = Job & { readonly what: string };

const SETTINGS = {
  public_url: 'https://sluice.example.org',
  batch: { url: 'https://batch.example.org', billing_project: 'ci' },
  developers: [],
  storage_uri: 'gs://bucket',
  docker_prefix: 'registry.example/images',
  branches: [{ branch: 'acme/bakery:main' }],
};

function recordedJob(folder: string): NamedJob {
  const root = join(folder, 'inputs');
  const buildYaml = readText(join(root, 'build.yaml')) ?? '';
  const file = parseBuildYaml(buildYaml);
  if (!file.ok) throw new Error(file.error[0].message);
  const { request } = jsonOf(
    join(folder, 'cases/gcp-citest-test-full.json'),
    z.object({
      request: z.object({
        global: z.record(z.string(), z.unknown()),
        code: z.object({ short_str: z.string(), config: z.record(z.string(), z.unknown()) }),
      }),
    }),
  );
  return {
    what: 'a real one',
    buildYaml,
    files: [...readFiles(root, file.value.configs)],
    settings: { ...SETTINGS, global: request.global },
    code: { ...request.code.config, short_str: request.code.short_str },
  };
}

const madeUpJob = (): NamedJob => ({
  what: 'made up, as big as a real one',
  ...bigBuild(),
  settings: SETTINGS,
  code: standInCode('test'),
});

/** The value that the given part of all values is below. */
const at = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0;

function figures(values: readonly number[]): string {
  const shown = [0, FAST, 0.5, 1].map((part) => `${at(values, part).toFixed(1)} ms`);
  const [least, fast, middle, most] = shown;
  return `median ${middle}, a tenth below ${fast}, from ${least} to ${most}, of ${values.length}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
