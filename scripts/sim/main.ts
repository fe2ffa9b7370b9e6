// `npm run sim`: runs histories by seed, each against everything that must hold. The last line is JSON.
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { historyOf } from './history/history.ts';
import { shrink } from './history/shrink.ts';
import { storyOf } from './history/story.ts';
import { mishap, wordsOf } from './run/mishap.ts';
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
const first = single ?? readCount('from', values.from, 1);
if (values.trace && single === null) giveUp('--trace goes with --seed', 2);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @returns whether it breaks an invariant */
async function traceOne(seed: number): Promise<boolean> {
  const sim = await runHistory(historyOf(seed), true);
  say(storyOf(sim, true));
  return sim.violation !== null;
}

async function report(seed: number): Promise<void> {
  const history = historyOf(seed);
  const shrunk = values['no-shrink'] ? history : await shrink(history);
  const sim = await runHistory(shrunk, true);
  say(`\nseed ${seed}: ${sim.violation?.invariant}: ${sim.violation?.detail}`);
  say(storyOf(sim, false));
}

/** @returns whether it breaks an invariant, or the simulator */
async function tell(seed: number): Promise<boolean> {
  try {
    const breaks = values.trace ? await traceOne(seed) : (await runSeed(seed)) !== null;
    if (breaks) await report(seed);
    return breaks;
  } catch (error) {
    say(`\nseed ${seed}: ${mishap.name}: ${wordsOf(error)}`);
    return true;
  }
}

let run = 0;
let violations = 0;
const begin = performance.now();
for (let seed = first; run < seeds && !(values.first && violations > 0); seed++) {
  run += 1;
  if (await tell(seed)) violations += 1;
}
const seconds = (performance.now() - begin) / 1_000;
say(
  JSON.stringify({
    seeds: run,
    violations,
    seeds_per_second: Math.round(run / seconds),
    user_cpu_seconds: Math.round(process.cpuUsage().user / 10_000) / 100,
  }),
);
process.exitCode = violations === 0 ? 0 : 1;
