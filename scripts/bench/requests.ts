// How many requests one event costs, and how many of them one after the other, by the number of open pull requests:
// counted in the simulator's world with the real clients, so that nothing depends on the machine.
import type { PullNumber } from '../../schemas/ids.ts';
import type { Call } from '../sim/world/wire.ts';
import { BranchAtWork } from './branch-at-work.ts';
import { type Figure, figure } from './figure.ts';
import { atMost, type Limit } from './limit.ts';

export const SIZES = [1, 10, 50, 100, 300, 1_000];
const LATENCY_MS = 50;

export const REQUEST_LIMITS: readonly Limit[] = [
  atMost('poll, nothing changed: requests', 1_000, 60),
  atMost('poll, nothing changed: depth', 1_000, 8),
];

/** What happens, in this order; each of them when everything before it has come to rest. */
export const EVENTS: readonly {
  readonly name: string;
  readonly happen: (branch: BranchAtWork, pull: PullNumber) => Promise<readonly Call[]>;
}[] = [
  { name: 'poll, nothing changed', happen: (branch) => branch.poll() },
  {
    name: 'webhook, nothing changed for CI',
    happen: (branch, pull) => {
      branch.github.changePull(pull, { labels: ['nice'] }, 'labeled');
      return branch.settle();
    },
  },
  {
    name: 'webhook, a review: changes requested',
    happen: (branch, pull) => {
      branch.github.changePull(pull, { changesRequestedBy: ['bob'] }, 'submitted');
      return branch.settle();
    },
  },
  {
    name: 'webhook, a check of somebody else',
    happen: (branch, pull) => {
      branch.github.report(pull, { name: 'docs', app: null, state: 'success' });
      return branch.settle();
    },
  },
  {
    name: 'webhook, new commit (its test starts)',
    happen: (branch, pull) => {
      branch.github.pushToPull(pull, { 'more.txt': 'news' });
      return branch.settle();
    },
  },
  {
    name: 'batch callback (a test passed)',
    happen: (branch) => {
      branch.passBatches();
      return branch.settle();
    },
  },
  {
    name: 'webhook, pull request opened (its test starts)',
    happen: async (branch) => {
      branch.openPulls(1);
      const calls = await branch.settle();
      branch.passBatches();
      await branch.settle();
      return calls;
    },
  },
  {
    name: 'webhook, a review: approved (it lands, its deploy starts)',
    happen: (branch, pull) => {
      branch.github.changePull(pull, { approvedBy: ['bob'], changesRequestedBy: [] }, 'submitted');
      return branch.settle();
    },
  },
  {
    name: 'batch callback (a deploy succeeded)',
    happen: (branch) => {
      branch.passBatches();
      return branch.settle();
    },
  },
  { name: 'poll after a landing', happen: (branch) => branch.poll() },
  {
    name: 'webhook, somebody pushed to the branch (its deploy starts)',
    happen: (branch) => {
      branch.github.push('main', { 'menu.txt': 'cake' });
      return branch.settle();
    },
  },
  {
    name: 'first pass after the storage was lost',
    happen: (branch) => {
      branch.loseStorage();
      return branch.settle();
    },
  },
];

export async function requestFigures(sizes: readonly number[] = SIZES): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes) figures.push(...(await measure(size)));
  return figures;
}

async function measure(open: number): Promise<Figure[]> {
  const branch = new BranchAtWork({ runningTestsMax: open, deployable: true });
  const [one = 0] = branch.openPulls(open);
  await branch.settle();
  branch.passBatches();
  await branch.settle();
  // The first poll after it began finds out where the pages are.
  await branch.poll();
  branch.latencyMs = LATENCY_MS;
  const figures: Figure[] = [];
  for (const { name, happen } of EVENTS) {
    const rows = branch.rows;
    const calls = await happen(branch, one);
    figures.push(
      figure(`${name}: requests`, open, calls.length, 'requests'),
      figure(`${name}: depth`, open, depthOf(calls), 'requests in a row'),
      figure(`${name}: rows written`, open, branch.rows - rows, 'rows'),
    );
  }
  return figures;
}

/** All take the same time, so whatever leaves at a later moment has waited for something before. */
const depthOf = (calls: readonly Call[]): number => new Set(calls.map(({ at }) => at)).size;
