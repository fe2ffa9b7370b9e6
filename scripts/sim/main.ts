// `npm run sim`: runs histories by seed, each against everything that must hold. The last line is JSON.
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { type History, historyOf, racing } from './history/history.ts';
import { shrink } from './history/shrink.ts';
import { storyOf } from './history/story.ts';
import { isTold, lostRaces } from './invariants/lost-races.ts';
import { mishap, wordsOf } from './run/mishap.ts';
import { runHistory } from './run/run-seed.ts';

const USAGE = `usage: npm run --silent sim -- [OPTIONS]

  --seeds N      so many histories, from 1 up (default: 1000)
  --from N       … from this seed up
  --first        stops at the first one that breaks
  --seed N       this history alone
  --races        in each of them somebody pushes, time and again, between a test and its landing
  --trace        tells everything that happens in it
  --no-shrink    tells a history that breaks as it is, instead of the shortest that still does
  --help         this text
`;

const values = readOptions(
  {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    races: { type: 'boolean', default: false },
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

const told = (seed: number): History => (values.races ? racing(historyOf(seed)) : historyOf(seed));
const races = { pushes: 0, landings: 0, untested_and_told: 0 };

/** @returns whether it breaks an invariant */
async function runOne(seed: number): Promise<boolean> {
  const sim = await runHistory(told(seed), values.trace);
  if (values.trace) say(storyOf(sim, true));
  races.pushes += sim.towns.reduce((sum, town) => sum + town.races, 0);
  races.landings += sim.github.landings.length;
  const lost = sim.towns.flatMap((town) => lostRaces(sim, town));
  races.untested_and_told += lost.filter((sha) => isTold(sim, sha)).length;
  return sim.violation !== null;
}

async function report(seed: number): Promise<void> {
  const history = told(seed);
  const shrunk = values['no-shrink'] ? history : await shrink(history);
  const sim = await runHistory(shrunk, true);
  say(`\nseed ${seed}: ${sim.violation?.invariant}: ${sim.violation?.detail}`);
  say(storyOf(sim, false));
}

/** @returns whether it breaks an invariant, or the simulator */
async function tell(seed: number): Promise<boolean> {
  try {
    const breaks = await runOne(seed);
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
    ...(values.races ? { races } : {}),
    seeds_per_second: Math.round(run / seconds),
    user_cpu_seconds: Math.round(process.cpuUsage().user / 10_000) / 100,
  }),
);
process.exitCode = violations === 0 ? 0 : 1;
