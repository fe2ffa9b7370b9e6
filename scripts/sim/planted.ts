// `npm run sim:planted`: plants every bug of planted-bugs.ts, one at a time, and prints which seed and
// invariant found it. The last line is JSON; the exit code is 1 when one was not found.
import { type Hunt, hunt, planted } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';

const SEEDS = 1_000;
const AT_ONCE = 2;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const rowOf = ({ bug, found, seconds }: Hunt): string =>
  `| ${bug.name} | ${found?.seed ?? 'none'} | ${found?.invariant ?? '**not found**'} | ${seconds.toFixed(1)} |`;

/** So many at once; the rows come in the order of the list. */
async function huntAll(): Promise<readonly Hunt[]> {
  const turns: Promise<Hunt>[] = [];
  for (const [index, bug] of plantedBugs.entries()) {
    const before = turns[index - AT_ONCE];
    turns.push(before ? before.then(() => hunt(bug, SEEDS)) : hunt(bug, SEEDS));
  }
  const hunts: Hunt[] = [];
  for (const turn of turns) {
    hunts.push(await turn);
    say(rowOf(await turn));
  }
  return hunts;
}

// A list with a mistake in it is told before anything runs.
for (const bug of plantedBugs) planted(bug);
say('| bug | found by seed | invariant | seconds |\n| --- | --- | --- | --- |');
const hunts = await huntAll();
const found = hunts.filter((each) => each.found !== null).length;
say(JSON.stringify({ planted: hunts.length, found }));
process.exitCode = found === hunts.length ? 0 : 1;
