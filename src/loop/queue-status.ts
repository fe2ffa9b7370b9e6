// State -> what the API says of the queue: who goes before whom, and when each would land.
import type { AheadStatus, EstimateStatus, QueueStatus } from '../../schemas/queue-status.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from '../core/config.ts';
import type { Plan } from '../core/decide.ts';
import { type Estimate, estimatesOf } from '../core/estimate.ts';
import type { Past } from '../core/past.ts';

/** Milliseconds since the epoch -> ISO 8601. */
const iso = (at: number): string => new Date(at).toISOString();

/** Everybody in the queue, in its order. */
export type Queue = QueueStatus['queue'];

export function queueOf(
  plan: Plan,
  state: BranchState,
  config: BranchConfig,
  past: Past,
  now: number,
): Queue {
  const estimates = estimatesOf(plan, state, config, past, now);
  return plan.queue.flatMap((pr, index) => {
    const facts = state.pulls[pr]?.facts;
    if (!facts) return [];
    return {
      position: index + 1,
      number: pr,
      title: facts.title,
      author: facts.author.login,
      is_merge_candidate: plan.candidate === pr,
      estimate: estimateStatus(estimates[index] ?? null),
    };
  });
}

/** @param max of those who go first, so many are named */
export const aheadOf = (queue: Queue, position: number, max: number): AheadStatus[] =>
  queue.slice(0, Math.min(position - 1, max)).map(({ number, title, is_merge_candidate }) => ({
    number,
    title,
    is_merge_candidate,
  }));

const estimateStatus = (estimate: Estimate | null): EstimateStatus | null =>
  estimate && { lands_at_earliest: iso(estimate.earliest), lands_at_latest: iso(estimate.latest) };
