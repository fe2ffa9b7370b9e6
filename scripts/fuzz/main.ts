// `npm run fuzz`: lets nonsense in by every door, guided by what of the code has run. Keeps what it finds.
import { giveUp, readCount, readNumber, readOptions } from '../command-line.ts';
import { fuzzApart } from './apart.ts';
import { keep } from './cases.ts';
import { doors } from './doors.ts';
import type { Run } from './fuzz.ts';

const USAGE = `usage: npm run --silent fuzz -- [OPTIONS]

  --door NAME    this door alone
  --seconds N    for so long at each door (default: 10)
  --seed N       where the dice begin (default: 1)
  --help         this text

What it finds is written to test/fuzz/cases; exit code 1 if it finds anything.
`;

const values = readOptions(
  {
    door: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
  USAGE,
);
const [seconds, seed] = [
  readNumber('seconds', values.seconds, 0),
  readCount('seed', values.seed, 0),
];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const names = Object.keys(doors);
const chosen = names.filter((name) => values.door === undefined || name === values.door);
if (chosen.length === 0) giveUp(`--door takes one of: ${names.join(', ')}`, 2);

let found = 0;
const limits = { seed, inputs: Number.POSITIVE_INFINITY, ms: seconds * 1_000 };
for (const door of chosen) {
  const run = await fuzzApart({ door, limits }, ({ input, problem }) => {
    found += 1;
    say(`\n${keep(door, input)}\n${problem}\n`);
  });
  say(`${door}: ${run ? summaryOf(run) : 'given up'}`);
}
process.exit(found === 0 ? 0 : 1);

function summaryOf({ inputs, kept, blocks, slowestMs, found }: Run): string {
  const slowest = `slowest ${Math.round(slowestMs)} ms`;
  return `${inputs} inputs, ${kept} kept, ${blocks} blocks, ${slowest}, ${found.length} found`;
}
