// `npm run sim:exhaustive`: everything that may happen to two pull requests on one branch, with one crash and
// one lost message at every possible point: first all interleavings up to a number of steps, then the
// whole story up to a number of departures from its usual order. The last line is JSON.
import { readCount, readOptions } from '../command-line.ts';
import { type Bounds, explore } from './exhaustive/explore.ts';

const USAGE = `usage: npm run --silent sim:exhaustive -- [OPTIONS]

  --depth N        all interleavings of the first N steps (default: 3)
  --departures N   the whole story with N departures from its usual order (default: 1)
  --help           this text

The defaults take seconds, --depth 4 --departures 2 some minutes. Exit code 1 when an invariant breaks.
`;

const values = readOptions(
  {
    depth: { type: 'string', default: '3' },
    departures: { type: 'string', default: '1' },
  },
  USAGE,
);
const depth = readCount('depth', values.depth, 0);
const departures = readCount('departures', values.departures, 0);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function tell(what: string, bounds: Bounds) {
  const begin = performance.now();
  const { story, ...figures } = await explore(bounds);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  const { states, transitions, leaves } = figures;
  if (story) for (const line of story) say(line);
  say(
    `${what}: ${states} states, ${transitions} transitions, ${leaves} leaves brought to rest, ${seconds} s`,
  );
  return { ...figures, violations: story ? 1 : 0, seconds };
}

const unlimited = Number.POSITIVE_INFINITY;
const beginnings = await tell(`every story of ${depth} steps`, { depth, departures: unlimited });
const stories = await tell(`every story with ${departures} departures from its usual order`, {
  depth: unlimited,
  departures,
});
const violations = beginnings.violations + stories.violations;
say(
  JSON.stringify({
    depth: { bound: depth, ...beginnings },
    departures: { bound: departures, ...stories },
    violations,
  }),
);
process.exitCode = violations === 0 ? 0 : 1;
