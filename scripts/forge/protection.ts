// What a branch's rules say about a change, in GitHub's words. The caller brings the facts about the
// change; an empty list means that nothing stands in the way.

import { type BranchRules, bypassOf, requiredApprovals, rulesOf } from './branch-rules.ts';
import { missingChecks, type Report, reportsOf } from './checks-of-commit.ts';
import type { Account } from './model/account.ts';
import type { Pull, Review } from './model/pull.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

export interface BranchChange {
  readonly branch: string;
  /** null = the branch is deleted. */
  readonly after: string | null;
  readonly created: boolean;
  readonly fastForward: boolean;
  /** Whether a merge commit is among what arrives. */
  readonly hasMerges: boolean;
}

export interface Verdict {
  readonly rules: BranchRules;
  readonly branch: string;
  readonly violations: readonly string[];
}

const reportsAt = (world: World, { record }: Repository, sha: string): Report[] =>
  reportsOf(record, sha, (login) => world.appOf(world.account(login))?.id ?? null);

/** Why a branch may not be moved directly (a push, a ref update); null = nothing is against it. */
export function judgeChange(
  world: World,
  repository: Repository,
  actor: Account,
  change: BranchChange,
  bypassHolds = true,
): Verdict | null {
  const { record } = repository;
  const reports = change.after === null ? [] : reportsAt(world, repository, change.after);
  const verdicts = rulesOf(record, change.branch).flatMap((rules) => {
    const mode = bypassHolds ? bypassOf(world, record, change.branch, rules, actor) : null;
    if (mode === 'always' || mode === 'exempt') return [];
    const violations = changeViolations(rules, change, reports, actor);
    return violations.length === 0 ? [] : [{ rules, branch: change.branch, violations }];
  });
  const [first] = verdicts;
  if (first === undefined) return null;
  return { ...first, violations: verdicts.flatMap(({ violations }) => violations) };
}

function changeViolations(
  rules: BranchRules,
  change: BranchChange,
  reports: readonly Report[],
  actor: Account,
): string[] {
  const { forbids } = rules;
  if (change.after === null) return forbids.deletion ? ['Cannot delete this branch'] : [];
  if (change.created)
    return forbids.creation ? ['Cannot create ref due to creations being restricted.'] : [];
  const mayPush = rules.pushers === null || rules.pushers.includes(actor.login);
  return [
    ...(forbids.update ? ['Cannot update this protected ref.'] : []),
    ...(rules.mergeQueue ? ['Changes must be made through the merge queue'] : []),
    ...(rules.reviews === null ? [] : ['Changes must be made through a pull request.']),
    ...(mayPush ? [] : ["You're not authorized to push to this branch."]),
    ...checkViolations(rules, reports),
    ...(forbids.unsigned ? ['Commits must have verified signatures.'] : []),
    ...(forbids.mergeCommits && change.hasMerges
      ? ['This branch must not contain merge commits.']
      : []),
    ...(forbids.force && !change.fastForward ? ['Cannot force-push to this branch'] : []),
  ];
}

function checkViolations({ checks }: BranchRules, reports: readonly Report[]): string[] {
  const missing = missingChecks(checks, reports);
  const [only] = missing;
  if (only === undefined) return [];
  if (missing.length === 1) return [`Required status check "${only.context}" is expected.`];
  return [`${missing.length} of ${checks.length} required status checks are expected.`];
}

/** Why a pull request may not be merged with the merge button; null = nothing is against it. */
export function judgeMerge(
  world: World,
  repository: Repository,
  actor: Account,
  pull: Pull,
  facts: { readonly isBehind: boolean; readonly method: string },
): Verdict | null {
  const { record } = repository;
  const branch = pull.base.ref;
  const reports = reportsAt(world, repository, pull.head.sha);
  const decision = reviewDecision(world, repository, pull);
  const verdicts = rulesOf(record, branch).flatMap((rules) => {
    if (bypassOf(world, record, branch, rules, actor) !== null) return [];
    const violations = [
      ...(rules.mergeQueue ? ['Changes must be made through the merge queue'] : []),
      ...checkViolations(rules, reports),
      ...(rules.strict && facts.isBehind
        ? ['Head branch is not up to date with the base branch.']
        : []),
      ...(rules.reviews === null ? [] : reviewViolations(rules.reviews.count, decision)),
      ...(rules.methods.includes(facts.method)
        ? []
        : [`This branch must not be merged by ${facts.method}.`]),
      ...(rules.forbids.mergeCommits && facts.method === 'merge'
        ? ['This branch must not contain merge commits.']
        : []),
    ];
    return violations.length === 0 ? [] : [{ rules, branch, violations }];
  });
  const [first] = verdicts;
  if (first === undefined) return null;
  return { ...first, violations: verdicts.flatMap(({ violations }) => violations) };
}

function reviewViolations(count: number, decision: ReviewDecision): string[] {
  if (decision === 'CHANGES_REQUESTED') return ['Changes have been requested.'];
  if (decision !== 'REVIEW_REQUIRED') return [];
  return [`At least ${count} approving review is required by reviewers with write access.`];
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
export function reviewDecision(world: World, repository: Repository, pull: Pull): ReviewDecision {
  const count = requiredApprovals(repository.record, pull.base.ref) ?? 0;
  if (count === 0) return null;
  const reviews = latestOpinionated(pull).filter(({ author }) =>
    world.canPush(repository, world.account(author)),
  );
  if (reviews.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = reviews.filter((review) => review.state === 'APPROVED').length;
  return approvals >= count ? 'APPROVED' : 'REVIEW_REQUIRED';
}

/** One sentence block for the text that git prints. */
export function refusalText({ rules, branch, violations }: Verdict): string {
  if (rules.kind === 'protection') {
    return [`GH006: Protected branch update failed for refs/heads/${branch}.`, ...violations].join(
      '\n',
    );
  }
  const list = violations.map((violation) => `- ${violation}`).join('\n\n');
  return `GH013: Repository rule violations found for refs/heads/${branch}.\n\n${list}\n`;
}

/** The API's wording, which differs from what git prints. */
export const apiRefusalText = ({ rules, violations }: Verdict): string =>
  rules.kind === 'protection'
    ? violations.join('\n')
    : `Repository rule violations found\n\n${violations.join('\n\n')}\n\n`;
