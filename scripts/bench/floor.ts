// What cannot be beaten, beside each figure that has such a bound. What it rests on is said here, by event.
import type { Start } from './landings.ts';

/** GitHub's query limits allow no more of what we ask of each pull request. */
const PULLS_PER_PAGE = 25;
const BATCHES_PER_PAGE = 50;

interface Floor {
  readonly requests: number;
  /** So many of them one after the other. */
  readonly depth: number;
}

/** Every page of pull requests, where it begins being known, and what runs in Batch. */
const poll = (open: number): Floor => ({
  requests: Math.ceil(open / PULLS_PER_PAGE) + 1,
  depth: 1,
});
/** One look at what it is about. */
const look = (): Floor => ({ requests: 1, depth: 1 });
/** One look, which brings the build.yaml with it; then the batch and the pending check, at once. */
const test = (): Floor => ({ requests: 3, depth: 2 });

/** By event and by the number of open pull requests. */
export const REQUEST_FLOORS: Readonly<Record<string, (open: number) => Floor>> = {
  'poll, nothing changed': poll,
  'webhook, nothing changed for CI': look,
  'webhook, a review: changes requested': look,
  'webhook, a check of somebody else': look,
  'webhook, new commit (its test starts)': test,
  // The batch, and its check.
  'batch callback (a test passed)': () => ({ requests: 2, depth: 2 }),
  'webhook, pull request opened (its test starts)': test,
  // A look, the landing, and the batch that deploys it.
  'webhook, a review: approved (it lands, its deploy starts)': () => ({ requests: 3, depth: 3 }),
  'batch callback (a deploy succeeded)': look,
  'poll after a landing': poll,
  // A look, and the batch that deploys it.
  'webhook, somebody pushed to the branch (its deploy starts)': () => ({ requests: 2, depth: 2 }),
  // Each page says where the next one begins, and a batch of each pull request is to be found again.
  'first pass after the storage was lost': (open) => ({
    requests: Math.ceil(open / PULLS_PER_PAGE) + Math.ceil(open / BATCHES_PER_PAGE),
    depth: Math.ceil(open / PULLS_PER_PAGE),
  }),
};

/** All K are tested together, once, and pass; of green ones the first is tested already. */
export const LANDING_FLOORS: Readonly<
  Record<
    Start,
    Readonly<Record<'batches' | 'at once' | 'time' | 'requests', (k: number) => number>>
  >
> = {
  untested: {
    batches: () => 1,
    'at once': () => 1,
    time: () => 1,
    /** A look, the batch and its end, one landing of all; two checks for each. */
    requests: (k) => 4 + 2 * k,
  },
  'tested green': {
    batches: (k) => Math.min(1, k - 1),
    'at once': (k) => Math.min(1, k - 1),
    time: (k) => Math.min(1, k - 1),
    requests: (k) => (k === 1 ? 2 : 4 + 2 * (k - 1)),
  },
};
