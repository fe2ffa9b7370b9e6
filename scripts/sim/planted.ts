// `npm run sim:planted`: plants every bug of planted-bugs.ts, one at a time, and prints which seed and
// invariant found it. With --old it takes out the mends of what was found before, and prints lines for seeds.txt, whose own
// seeds are tried first.
// The last line is JSON; the exit code is 1 when one was not found.
import { giveUp, readCount, readOptions } from '../command-line.ts';
import { oldBugs } from './planted/old-bugs.ts';
import { type Hunt, hunt, planted } from './planted/plant.ts';
import { plantedBugs } from './planted/planted-bugs.ts';

const USAGE = `usage: npm run --silent sim:planted -- [OPTIONS]

  --seeds N   gives a bug up after so many (default: 1000, ten times as many for a rare one; with --old 100000)
  --bug NAME  plants this one alone
  --old       takes out the mends of what was found before instead
  --help      this text

All of them take half an hour on two cores.
`;

const values = readOptions(
  {
    old: { type: 'boolean', default: false },
    bug: { type: 'string' },
    seeds: { type: 'string' },
  },
  USAGE,
);
const list = values.old ? oldBugs : plantedBugs;
const bugs = values.bug === undefined ? list : list.filter(({ name }) => name === values.bug);
if (bugs.length === 0) giveUp(`there is no bug '${values.bug}'`, 2);
const seeds = readCount('seeds', values.seeds ?? (values.old ? '100000' : '1000'), 1);
const AT_ONCE = 2;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const rowOf = ({ bug, found, why, seconds }: Hunt): string =>
  values.old
    ? `${found?.seed ?? '#'} ${found?.invariant ?? `not found, ${why}`}: ${bug.sentence}`
    : `| ${bug.name} | ${found?.seed ?? 'none'} | ${found?.invariant ?? `**not found**: ${why}`} | ${seconds.toFixed(1)} |`;

/** So many at once; the rows come in the order of the list. */
async function huntAll(): Promise<readonly Hunt[]> {
  const turns: Promise<Hunt>[] = [];
  for (const [index, bug] of bugs.entries()) {
    const before = turns[index - AT_ONCE];
    const most = bug.rare ? 10 * seeds : seeds;
    turns.push(before ? before.then(() => hunt(bug, most)) : hunt(bug, most));
  }
  const hunts: Hunt[] = [];
  for (const turn of turns) {
    hunts.push(await turn);
    say(rowOf(await turn));
  }
  return hunts;
}

// A list with a mistake in it is told before anything runs.
for (const bug of bugs) planted(bug);
if (!values.old) say('| bug | found by seed | invariant | seconds |\n| --- | --- | --- | --- |');
const hunts = await huntAll();
const found = hunts.filter((each) => each.found !== null).length;
say(JSON.stringify({ planted: hunts.length, found }));
process.exitCode = found === hunts.length ? 0 : 1;
