// `npm run sim`: runs histories by seed, each against everything that must hold. The last line is JSON.
import { availableParallelism } from 'node:os';
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { type History, historyOf, racing } from './history/history.ts';
import { shrink } from './history/shrink.ts';
import { storyOf } from './history/story.ts';
import { NO_RACES, racesOf, sumOf } from './run/races.ts';
import { runHistory } from './run/run-seed.ts';
import type { Told } from './run/seeds-worker.ts';
import { runSideBySide } from './run/side-by-side.ts';

const USAGE = `usage: npm run --silent sim -- [OPTIONS]

  --seeds N      so many histories, from 1 up (default: 1000)
  --from N       … from this seed up
  --jobs N       so many at once (default: one for each core)
  --races        in each of them somebody pushes, time and again, between a test and its landing
  --first        stops at the first one that breaks
  --seed N       this history alone
  --trace        tells everything that happens in it
  --no-shrink    tells a history that breaks as it is, instead of the shortest that still does
  --help         this text

A core plays about a hundred seeds a second. Exit code 1 when one of them breaks an invariant.
`;

const values = readOptions(
  {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    races: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
  USAGE,
);
const single = values.seed === undefined ? null : readCount('seed', values.seed, 1);
if (single !== null && (values.seeds ?? values.from) !== undefined)
  giveUp('--seed is one history; --seeds and --from are for many', 2);
const seeds = single === null ? readCount('seeds', values.seeds ?? '1000', 1) : 1;
const first = single ?? readCount('from', values.from ?? '1', 1);
const jobs = Math.min(seeds, readCount('jobs', values.jobs, 1));
if (values.trace && single === null) giveUp('--trace goes with --seed', 2);

const told = (seed: number): History => (values.races ? racing(historyOf(seed)) : historyOf(seed));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @returns whether it breaks an invariant */
async function traceOne(seed: number): Promise<boolean> {
  const sim = await runHistory(told(seed), true);
  say(storyOf(sim, true));
  races = racesOf(sim);
  return sim.violation !== null;
}

async function report(seed: number, mishap: string | null): Promise<void> {
  if (mishap !== null) return say(`\nseed ${seed}: ${mishap}`);
  const history = told(seed);
  const shrunk = values['no-shrink'] ? history : await shrink(history);
  const sim = await runHistory(shrunk, true);
  say(`\nseed ${seed}: ${sim.violation?.invariant}: ${sim.violation?.detail}`);
  say(storyOf(sim, false));
}

let races = NO_RACES;
let run = 0;
let violations = 0;
const begin = performance.now();
if (values.trace) {
  run = 1;
  violations = (await traceOne(first)) ? 1 : 0;
} else {
  const enough = new AbortController();
  const reports: Promise<void>[] = [];
  const hear = ({ seed, breaks, mishap, races: its }: Told): void => {
    if (enough.signal.aborted) return;
    run += 1;
    races = sumOf(races, its);
    if (!breaks) return;
    violations += 1;
    if (values.first) enough.abort();
    reports.push(report(seed, mishap));
  };
  await runSideBySide({ first, seeds, jobs, racing: values.races }, hear, enough.signal);
  await Promise.all(reports);
}
const seconds = (performance.now() - begin) / 1_000;
say(
  JSON.stringify({
    seeds: run,
    violations,
    ...(values.races ? { races } : {}),
    seeds_per_second: Math.round(run / seconds),
    jobs,
    user_cpu_seconds: Math.round(process.cpuUsage().user / 10_000) / 100,
  }),
);
process.exitCode = violations === 0 ? 0 : 1;
