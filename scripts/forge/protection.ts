// What a branch's rules say about a change, in GitHub's words. Pure: no git, no clock; the caller
// brings the facts. An empty list means that nothing stands in the way.

import type { Account, Pull, Review, Rules, Status } from './model.ts';

export interface BranchChange {
  /** null = the branch is deleted. */
  readonly after: string | null;
  readonly created: boolean;
  readonly fastForward: boolean;
  /** The statuses of `after`. */
  readonly statuses: readonly Status[];
}

export const bypasses = (rules: Rules, actor: Account): boolean =>
  rules.bypass.includes(actor.login);

/** Statuses reduced to the newest one of each context; contexts do not differ by case. */
export function newestByContext(statuses: readonly Status[]): Status[] {
  const newest = new Map<string, Status>();
  for (const status of statuses) newest.set(status.context.toLowerCase(), status);
  return [...newest.values()];
}

/** Why a branch may not be moved directly (a push, a ref update). */
export function changeViolations(rules: Rules, change: BranchChange): string[] {
  if (change.after === null) return ['Cannot delete this branch'];
  if (change.created) return [];
  const violations: string[] = [];
  if (rules.required_approving_review_count !== null) {
    violations.push('Changes must be made through a pull request.');
  }
  violations.push(...missingChecks(rules, change.statuses));
  if (rules.non_fast_forward && !change.fastForward) {
    violations.push('Cannot force-push to this branch');
  }
  return violations;
}

/** Why a pull request may not be merged with the merge button. */
export function mergeViolations(
  rules: Rules,
  statuses: readonly Status[],
  decision: ReviewDecision,
): string[] {
  const violations = missingChecks(rules, statuses);
  const count = rules.required_approving_review_count ?? 0;
  if (decision === 'CHANGES_REQUESTED') violations.push('Changes have been requested.');
  if (decision === 'REVIEW_REQUIRED') {
    violations.push(
      `At least ${count} approving review is required by reviewers with write access.`,
    );
  }
  return violations;
}

function missingChecks(rules: Rules, statuses: readonly Status[]): string[] {
  const newest = newestByContext(statuses);
  // A check pinned to an App is not met by a status that a person posted.
  const missing = rules.required_status_checks.filter(
    (check) =>
      (check.integration_id !== null && check.integration_id !== -1) ||
      !newest.some(
        (status) =>
          status.context.toLowerCase() === check.context.toLowerCase() &&
          status.state === 'success',
      ),
  );
  const [only] = missing;
  if (only === undefined) return [];
  if (missing.length === 1) return [`Required status check "${only.context}" is expected.`];
  const all = rules.required_status_checks.length;
  return [`${missing.length} of ${all} required status checks are expected.`];
}

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;

/** The last review of each author that takes a side. */
export function latestOpinionated(pull: Pull): Review[] {
  const latest = new Map<string, Review>();
  for (const review of pull.reviews) {
    if (review.state !== 'COMMENTED') latest.set(review.author, review);
  }
  return [...latest.values()];
}

/** null when the branch asks for no review, as on GitHub. */
export function reviewDecision(
  rules: Rules | undefined,
  pull: Pull,
  isWriter: (login: string) => boolean,
): ReviewDecision {
  const count = rules?.required_approving_review_count ?? 0;
  if (count === 0) return null;
  const reviews = latestOpinionated(pull).filter((review) => isWriter(review.author));
  if (reviews.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = reviews.filter((review) => review.state === 'APPROVED').length;
  return approvals >= count ? 'APPROVED' : 'REVIEW_REQUIRED';
}

/** One sentence block for API answers and for the text that git prints. */
export function refusalText(rules: Rules, branch: string, violations: readonly string[]): string {
  if (rules.kind === 'protection') {
    return [`GH006: Protected branch update failed for refs/heads/${branch}.`, ...violations].join(
      '\n',
    );
  }
  const list = violations.map((violation) => `- ${violation}`).join('\n\n');
  return `GH013: Repository rule violations found for refs/heads/${branch}.\n\n${list}\n`;
}

/** The API's wording, which differs from what git prints. */
export const apiRefusalText = (rules: Rules, violations: readonly string[]): string =>
  rules.kind === 'protection'
    ? violations.join('\n')
    : `Repository rule violations found\n\n${violations.join('\n\n')}\n\n`;
