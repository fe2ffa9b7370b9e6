// `npm run bench -- calls`: how many requests a branch makes of GitHub and Batch, by how many pull requests are open.
// Counted in the simulator's world with the real clients; nothing depends on the machine.
import { APP } from '../sim/world/github-world.ts';
import { type Call, isWrite } from '../sim/world/wire.ts';
import { BranchAtWork } from './branch-at-work.ts';

const SIZES = [1, 10, 50, 100, 300, 1_000];
const LATENCY_MS = 50;

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
  readonly landing: readonly Call[];
  /** The same where our check is a check run. */
  readonly asApp: readonly Call[];
  /** From a webhook to the batch, one after the other. */
  readonly roundTrips: number;
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
    of: ({ landing }) => to('github', landing).length,
  },
  {
    what: 'the same as a GitHub App: GitHub',
    most: () => 16,
    of: ({ asApp }) => to('github', asApp).length,
  },
  {
    what: 'one from push to landed: Batch',
    most: () => 6,
    of: ({ landing }) => to('batch', landing).length,
  },
  {
    what: 'webhook to batch, round trips in a row',
    most: () => 6,
    of: ({ roundTrips }) => roundTrips,
  },
];

export async function benchCalls(): Promise<boolean> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const counts: Counts[] = [];
  for (const open of SIZES) {
    const asApp = (await measure(open, APP)).landing;
    counts.push({ ...(await measure(open, null)), asApp });
  }
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
  const first = counts[0] as Counts;
  say(
    `\nwith ${LATENCY_MS} ms for each request, a test is submitted ${first.roundTrips * LATENCY_MS} ms after the webhook:`,
  );
  for (const { name, at } of pathOf(first)) say(`  ${String(at).padStart(5)} ms  ${name}`);
  return isWithin;
}

async function measure(open: number, app: number | null): Promise<Omit<Counts, 'asApp'>> {
  const branch = new BranchAtWork({ runningTestsMax: open, app });
  const [one = 0] = branch.openPulls(open);
  await branch.settle();
  branch.passBatches();
  await branch.settle();
  const poll = await branch.poll();
  branch.github.changePull(one, { labels: ['nice'] }, 'labeled');
  const event = await branch.settle();
  branch.latencyMs = LATENCY_MS;
  const pushed = branch.calendar.now;
  branch.github.pushToPull(one, { 'more.txt': 'news' });
  const testing = await branch.settle();
  const submitted = testing.find(({ name }) => name === 'batch.create');
  branch.latencyMs = 0;
  branch.passBatches();
  const callback = await branch.settle();
  branch.github.changePull(one, { approvedBy: ['bob'] }, 'submitted');
  const landed = await branch.settle();
  if (branch.github.pull(one).state !== 'merged')
    throw new Error('the pull request has not landed');
  return {
    ...{ poll, event, callback, landing: [...testing, ...callback, ...landed] },
    roundTrips: ((submitted?.at ?? Number.NaN) - pushed) / LATENCY_MS + 1,
  };
}

/** The requests until the batch, each by when it left. */
function pathOf({ landing }: Counts): { name: string; at: number }[] {
  const begin = landing[0]?.at ?? 0;
  const end = landing.findIndex(({ name }) => name === 'batch.create');
  return landing.slice(0, end + 1).map(({ name, at }) => ({ name, at: at - begin }));
}
