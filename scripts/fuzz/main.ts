// `npm run fuzz`: lets nonsense in by every door, guided by what of the code has run. Keeps what it finds.
import { giveUp, readCount, readNumber, readOptions } from '../command-line.ts';
import { keep } from './cases.ts';
import { Coverage } from './coverage.ts';
import { allDoors } from './doors.ts';
import { fuzz, type Run } from './fuzz.ts';

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
// A route logs its crash, and the crash is told here.
console.log = () => {};

const doors = await allDoors();
const chosen = doors.filter(({ name }) => values.door === undefined || name === values.door);
if (chosen.length === 0)
  giveUp(`--door takes one of: ${doors.map(({ name }) => name).join(', ')}`, 2);

function tell({ door, inputs, kept, blocks, slowestMs, found }: Run): void {
  const slowest = `slowest ${Math.round(slowestMs)} ms`;
  say(
    `${door}: ${inputs} inputs, ${kept} kept, ${blocks} blocks in all, ${slowest}, ${found.length} found`,
  );
  for (const { input, problem } of found) say(`\n${keep(door, input)}\n${problem}\n`);
}

let found = 0;
const coverage = new Coverage();
await coverage.start();
for (const door of chosen) {
  await door.prepare?.();
  const limits = { seed, inputs: Number.POSITIVE_INFINITY, ms: seconds * 1_000 };
  const run = await fuzz(door, coverage, limits);
  tell(run);
  found += run.found.length;
}
process.exit(found === 0 ? 0 : 1);
