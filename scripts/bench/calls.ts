// `npm run bench -- calls`: how many requests a branch makes of GitHub and Batch, by how many pull requests are open.
// Counted in the simulator's world with the real clients; nothing depends on the machine.
import { type Call, isWrite } from '../sim/world/wire.ts';
import { BranchAtWork } from './branch-at-work.ts';
import {
  type LandingRequests,
  landingRequests,
  mostRequests,
  nameOf,
  WAYS,
} from './landing-requests.ts';

const SIZES = [1, 10, 50, 100, 300, 1_000];
const ROUND_TRIPS_MAX = 6;

interface Figure {
  readonly what: string;
  /** What it may be with so many open pull requests. */
  readonly most: (open: number) => number;
  readonly of: (counts: Counts) => number;
}

/** The requests of one thing each. */
interface Counts {
  readonly poll: readonly Call[];
  readonly callback: readonly Call[];
  readonly event: readonly Call[];
  readonly landing: LandingRequests;
}

const to = (api: string, calls: readonly Call[]): readonly Call[] =>
  calls.filter(({ name }) => name.startsWith(`${api}.`));

const FIGURES: readonly Figure[] = [
  {
    what: 'a poll, nothing changed: GitHub',
    most: (open) => 3 + Math.ceil(open / 25),
    of: ({ poll }) => to('github', poll).length,
  },
  {
    what: 'a poll, nothing changed: Batch',
    most: (open) => 2 + Math.ceil(open / 50),
    of: ({ poll }) => to('batch', poll).length,
  },
  {
    what: 'a callback of one test: Batch',
    most: () => 3,
    of: ({ callback }) => to('batch', callback).length,
  },
  {
    what: 'an event about one: GitHub, reads',
    most: () => 2,
    of: ({ event }) => to('github', event).filter((call) => !isWrite(call)).length,
  },
  {
    what: 'one from push to landed: GitHub',
    most: () => 16,
    of: ({ landing }) => to('github', landing.calls).length,
  },
  {
    what: 'one from push to landed: Batch',
    most: () => 6,
    of: ({ landing }) => to('batch', landing.calls).length,
  },
  {
    what: 'webhook to batch, round trips in a row',
    most: () => ROUND_TRIPS_MAX,
    of: ({ landing }) => landing.roundTrips,
  },
];

export async function benchCalls(): Promise<boolean> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const counts: Counts[] = [];
  for (const open of SIZES) counts.push(await measure(open));
  say(
    `${'open pull requests'.padEnd(42)}${SIZES.map((size) => String(size).padStart(10)).join('')}`,
  );
  let isWithin = true;
  for (const { what, most, of } of FIGURES) {
    const cells = SIZES.map((open, index) => {
      const [count, limit] = [of(counts[index] as Counts), most(open)];
      if (count > limit) isWithin = false;
      return `${count}/${limit}${count > limit ? '!' : ''}`.padStart(10);
    });
    say(`${what.padEnd(42)}${cells.join('')}`);
  }
  say(`(requests made / at most; ${isWithin ? 'all within' : '! is over'})`);
  return (await everyWay(say)) && isWithin;
}

/** Whatever else is open makes no difference to them, as the table by sizes shows of the first. */
async function everyWay(say: (text: string) => void): Promise<boolean> {
  say(`\n${'from push to landed'.padEnd(42)}${'requests'.padStart(10)}${'in a row'.padStart(10)}`);
  let isWithin = true;
  for (const way of WAYS) {
    const { calls, roundTrips } = await landingRequests(way, 0);
    const [count, most] = [to('github', calls).length, mostRequests(way)];
    if (count > most || roundTrips > ROUND_TRIPS_MAX) isWithin = false;
    const cells = [`${count}/${most}`, `${roundTrips}/${ROUND_TRIPS_MAX}`];
    say(`${nameOf(way).padEnd(42)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
  say('(GitHub’s requests in all, and all until the batch; made / at most)');
  for (const way of [WAYS[0], { ...WAYS[0], isMerged: false }]) {
    say(`\nfrom the webhook to the batch, with 50 ms for each request: ${nameOf(way)}`);
    for (const { name, at } of pathOf(await landingRequests(way, 0)))
      say(`  ${String(at).padStart(5)} ms  ${name}`);
  }
  return isWithin;
}

/** The requests until the batch, each by when it left. */
function pathOf({ calls }: LandingRequests): { name: string; at: number }[] {
  const begin = calls[0]?.at ?? 0;
  const end = calls.findIndex(({ name }) => name === 'batch.create');
  return calls.slice(0, end + 1).map(({ name, at }) => ({ name, at: at - begin }));
}

async function measure(open: number): Promise<Counts> {
  const landing = await landingRequests(WAYS[0], open - 1);
  const branch = new BranchAtWork({ runningTestsMax: open });
  const [one = 0] = branch.openPulls(open);
  await branch.settle();
  branch.passBatches();
  await branch.settle();
  const poll = await branch.poll();
  branch.github.changePull(one, { labels: ['nice'] }, 'labeled');
  const event = await branch.settle();
  branch.github.pushToPull(one, { 'more.txt': 'news' });
  await branch.settle();
  branch.passBatches();
  return { poll, event, callback: await branch.settle(), landing };
}
