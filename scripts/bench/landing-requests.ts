// The requests of one pull request from a push to its landing, with one test: by the mode of the landing, by the method, by as
// whom we come, and by whether GitHub has merged it by itself when its test starts.
import type { LandingMode, MergeMethod } from '../../schemas/action.ts';
import { APP } from '../sim/world/github-world.ts';
import type { Call } from '../sim/world/wire.ts';
import { BranchAtWork } from './branch-at-work.ts';

const LATENCY_MS = 50;

export interface Way {
  readonly landing: LandingMode;
  readonly mergeMethod: MergeMethod;
  readonly login: 'token' | 'App';
  /** GitHub has made its own merge of the two commits; else we make one. */
  readonly isMerged: boolean;
}

const USUAL: Way = { landing: 'exact', mergeMethod: 'squash', login: 'token', isMerged: true };

/** The usual one first. */
export const WAYS: readonly [Way, ...Way[]] = [
  USUAL,
  ...[true, false]
    .flatMap((isMerged) =>
      (['exact', 'github'] as const).flatMap((landing) =>
        (['squash', 'merge'] as const).flatMap((mergeMethod) =>
          (['token', 'App'] as const).map((login) => ({ landing, mergeMethod, login, isMerged })),
        ),
      ),
    )
    .slice(1),
];

export const nameOf = ({ landing, mergeMethod, login, isMerged }: Way): string =>
  `${landing}, ${mergeMethod}, ${login}${isMerged ? '' : ', merged by us'}`;

/** Asking GitHub to merge takes a look at what it is to merge, and our own merge two requests. */
export const mostRequests = ({ landing, mergeMethod, isMerged }: Way): number =>
  landing === 'github' && mergeMethod === 'squash' && !isMerged ? 17 : 16;

export interface LandingRequests {
  /** Until the test has passed and it has landed. */
  readonly calls: readonly Call[];
  /** From the webhook of the push to the batch, one after the other. */
  readonly roundTrips: number;
}

/** @param others open pull requests beside it, which are not tested: that would only take time */
export async function landingRequests(
  { landing, mergeMethod, login, isMerged }: Way,
  others: number,
): Promise<LandingRequests> {
  const app = login === 'App' ? APP : null;
  const branch = new BranchAtWork({ landing, mergeMethod, app });
  branch.github.triesMerges = isMerged;
  branch.openPulls(others, 'mallory');
  const [one = 0] = branch.openPulls(1);
  await branch.settle();
  branch.passBatches();
  await branch.settle();
  branch.latencyMs = LATENCY_MS;
  const pushed = branch.calendar.now;
  branch.github.pushToPull(one, { 'more.txt': 'news' });
  const testing = await branch.settle();
  const submitted = testing.find(({ name }) => name === 'batch.create');
  branch.passBatches();
  const tested = await branch.settle();
  branch.github.changePull(one, { approvedBy: ['bob'] }, 'submitted');
  const landed = await branch.settle();
  if (!submitted || branch.github.pull(one).state !== 'merged')
    throw new Error('the pull request has not landed');
  return {
    calls: [...testing, ...tested, ...landed],
    roundTrips: (submitted.at - pushed) / LATENCY_MS + 1,
  };
}
