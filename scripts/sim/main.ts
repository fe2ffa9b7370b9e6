// `npm run sim`: runs histories by seed, each against everything that must hold. The last line is JSON.
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { historyOf } from './history/history.ts';
import { shrink } from './history/shrink.ts';
import { storyOf } from './history/story.ts';
import { runHistory, runSeed } from './run/run-seed.ts';

const USAGE = `usage: npm run --silent sim -- [OPTIONS]

  --seeds N      so many histories, from 1 up (default: 1000)
  --from N       … from this seed up
  --first        stops at the first one that breaks
  --seed N       this history alone
  --trace        tells everything that happens in it
  --no-shrink    tells a history that breaks as it is, instead of the shortest that still does
  --help         this text
`;

const values = readOptions(
  {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
  USAGE,
);
const single = values.seed === undefined ? null : readCount('seed', values.seed, 1);
const seeds = single === null ? readCount('seeds', values.seeds, 1) : 1;
const from = readCount('from', values.from, 1);
if (values.trace && single === null) giveUp('--trace goes with --seed', 2);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function tellOne(seed: number): Promise<number> {
  const sim = await runHistory(historyOf(seed), values.trace);
  if (values.trace) say(storyOf(sim, true));
  if (sim.violation) await report(seed);
  return sim.violation ? 1 : 0;
}

async function report(seed: number): Promise<void> {
  const history = historyOf(seed);
  const shrunk = values['no-shrink'] ? history : await shrink(history);
  const sim = await runHistory(shrunk, true);
  say(`\nseed ${seed}: ${sim.violation?.invariant}: ${sim.violation?.detail}`);
  say(storyOf(sim, false));
}

async function tellMany(count: number): Promise<number> {
  let violations = 0;
  for (let seed = from; seed < from + count; seed++) {
    if ((await runSeed(seed)) === null) continue;
    violations += 1;
    await report(seed);
    if (values.first) break;
  }
  return violations;
}

const begin = performance.now();
const violations = single === null ? await tellMany(seeds) : await tellOne(single);
const seconds = (performance.now() - begin) / 1_000;
say(
  JSON.stringify({
    seeds,
    violations,
    seeds_per_second: Math.round(seeds / seconds),
    user_cpu_seconds: Math.round(process.cpuUsage().user / 10_000) / 100,
  }),
);
process.exitCode = violations === 0 ? 0 : 1;
