// What is left of GitHub's limits -> what the API says of it: the numbers are the isolate's, the wait is the branch's
// own or one that another branch of the same credential was told of.
import type { BranchState } from '../../schemas/state.ts';
import type { GithubBudgetStatus } from '../../schemas/status.ts';
import type { BranchConfig } from '../core/config.ts';
import { heldUntil } from '../core/fold-hold.ts';
import { type GithubBudget, keptOf } from '../core/github-budget.ts';

const iso = (at: number): string => new Date(at).toISOString();

export const budgetStatus = (
  budget: GithubBudget,
  { holds }: BranchState,
  { keptForLandings }: BranchConfig,
): GithubBudgetStatus => ({
  limits: (['core', 'graphql'] as const).flatMap((resource) => {
    const left = budget.left[resource];
    if (left === null) return [];
    const { limit, used, remaining, resetsAt } = left;
    const kept = keptOf(limit, keptForLandings);
    const counts = { limit, used, remaining, kept_for_landings: kept };
    return [{ resource, ...counts, resets_at: iso(resetsAt) }];
  }),
  waiting: waiting(budget, holds.github),
  problem: budget.problem,
});

function waiting(
  { forbidden }: GithubBudget,
  hold: BranchState['holds']['github'],
): GithubBudgetStatus['waiting'] {
  if (forbidden !== null && forbidden.until >= heldUntil(hold, 'everyday'))
    return {
      until: iso(forbidden.until),
      because: forbidden.because,
      landings_go_on: false,
    };
  if (hold === null) return null;
  const landingsGoOn = heldUntil(hold, 'landing') < hold.notBefore;
  return { until: iso(hold.notBefore), because: hold.error, landings_go_on: landingsGoOn };
}
