// When each pull request of the queue lands, if all goes well: a range, by how long this branch's tests have taken.
// One is tested after the other, each on what the one before it made of the branch.
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import type { Plan } from './decide.ts';
import { freezeAt } from './freeze.ts';
import { isGithubRead } from './judge-branch.ts';
import type { Past } from './past.ts';

/** In milliseconds; as instants, since the epoch. */
interface Range {
  readonly low: number;
  readonly high: number;
}
export interface Estimate {
  readonly earliest: number;
  readonly latest: number;
}

/** Most tests take a time between these shares of those of the past, give or take a tenth. */
const LOW_SHARE = 0.1;
const HIGH_SHARE = 0.9;
const SLACK = 0.1;
/** Nobody can tell more exactly, and what does not change with every second need not be sent again. */
const MINUTE = 60_000;
/** A landing itself, with what is read before and after it. */
const LANDING: Range = { low: 0, high: MINUTE };
const NO_TIME: Range = { low: 0, high: 0 };

/** @returns in the order of the queue; null where nothing is known */
export function estimatesOf(
  { queue }: Pick<Plan, 'queue'>,
  state: BranchState,
  config: BranchConfig,
  past: Past,
  now: number,
): (Estimate | null)[] {
  const test = usual(past.tests);
  const from = landsFrom(state, now);
  if (from === null) return queue.map(() => null);
  const waits = config.deployable && !config.mergeWhileDeploying;
  const deploy = waits ? (usual(past.deploys) ?? NO_TIME) : NO_TIME;
  let at: Range | null = { low: from, high: from };
  return queue.map((pr, index) => {
    const step = index === 0 ? first(state.pulls[pr], test, deploy, { state, past, now }) : test;
    // While the one before is deployed, the next is tested already.
    at = at && step && plus(plus(at, index === 0 ? step : longer(step, deploy)), LANDING);
    return (
      at && {
        earliest: Math.floor(at.low / MINUTE) * MINUTE,
        latest: Math.ceil(at.high / MINUTE) * MINUTE,
      }
    );
  });
}

/** @returns null when nobody can tell */
function landsFrom(state: BranchState, now: number): number | null {
  if (!isGithubRead(state) || state.head === null) return null;
  const frozen = freezeAt(state, now);
  return frozen ? frozen.until : now;
}

/** What is left of the first one's test, and of a deploy that it has to wait for. */
function first(
  pull: PullRequest | undefined,
  test: Range | null,
  deploy: Range,
  { state, past, now }: { state: BranchState; past: Past; now: number },
): Range | null {
  const left = (range: Range | null, batch: number): Range | null => {
    const elapsed = now - (past.startedAt.get(batch) ?? now);
    const { low, high } = range ?? NO_TIME;
    return range && { low: Math.max(0, low - elapsed), high: Math.max(0, high - elapsed) };
  };
  const build = pull?.build;
  const current = build !== undefined && 'targetSha' in build && build.targetSha === state.head;
  const own =
    current && build.kind === 'passed'
      ? NO_TIME
      : current && build.kind === 'running'
        ? left(test, build.batch)
        : test;
  const deploying = state.deploy.kind === 'running' ? left(deploy, state.deploy.batch) : NO_TIME;
  return own && deploying && longer(own, deploying);
}

function usual(durations: readonly number[]): Range | null {
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => sorted[Math.floor(share * sorted.length)];
  const [low, high] = [at(LOW_SHARE), at(HIGH_SHARE)];
  if (low === undefined || high === undefined) return null;
  return { low: low * (1 - SLACK), high: high * (1 + SLACK) };
}

const plus = (a: Range, b: Range): Range => ({ low: a.low + b.low, high: a.high + b.high });
const longer = (a: Range, b: Range): Range => ({
  low: Math.max(a.low, b.low),
  high: Math.max(a.high, b.high),
});
