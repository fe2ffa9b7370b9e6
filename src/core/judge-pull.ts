// Judgements about one pull request: pure leaves that return reasons, never a bare no. What to do
// about them is decided in decide.ts.
import type {
  BranchState,
  PullFacts,
  PullRequest,
  ReportedCheck,
  Rules,
} from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import type { Reason } from './reason.ts';

/** S5.1: a known developer, or a source commit that a maintainer has registered. */
export const isAuthorized = (
  facts: PullFacts,
  authorized: readonly string[],
  config: BranchConfig,
): boolean => isDeveloper(facts.author.login, config) || authorized.includes(facts.source.sha);

/** Case aside, as GitHub compares logins. */
export const isDeveloper = (login: string, { developers }: BranchConfig): boolean =>
  developers.some((developer) => developer.toLowerCase() === login.toLowerCase());

/** The pull request's labels that are among `wanted`, case aside, as GitHub compares them. */
export const labelsOf = (facts: PullFacts, wanted: readonly string[]): string[] =>
  facts.labels.filter((label) => wanted.some((want) => want.toLowerCase() === label.toLowerCase()));

/**
 * S7.8: the branch's own review rule decides where there is one; otherwise our minimum of
 * approvals. GitHub's null never means approved.
 */
export function reviewReasons(facts: PullFacts, config: BranchConfig): Reason[] {
  const { decision, approvedBy, changesRequestedBy } = facts.review;
  if (decision === 'approved') return [];
  if (changesRequestedBy.length > 0 || decision === 'changes_requested')
    return [{ kind: 'changes_requested', by: changesRequestedBy }];
  const approvals = approvedBy.filter((login) => login !== facts.author.login).length;
  if (decision === 'review_required') return [{ kind: 'not_approved', approvals, needed: null }];
  const needed = config.minimumApprovals;
  return approvals >= needed ? [] : [{ kind: 'not_approved', approvals, needed }];
}

/**
 * S7.8: required checks other than our own. A required check that never reported is pending. Our
 * own is judged by the batch itself, not by what GitHub shows of it.
 */
export function otherCheckReasons(
  facts: PullFacts,
  rules: Rules | null,
  config: BranchConfig,
): Reason[] {
  return (rules?.checks ?? [])
    .filter((required) => required.name !== config.checkName)
    .flatMap((required): Reason[] => {
      const state = stateOf(facts.checks, required);
      if (state === 'success') return [];
      return [
        { kind: state === 'failure' ? 'check_failed' : 'check_pending', check: required.name },
      ];
    });
}

function stateOf(
  reported: readonly ReportedCheck[],
  required: { name: string; app: number | null },
): ReportedCheck['state'] {
  const matching = reported.filter(
    (check) =>
      check.name === required.name && (required.app === null || required.app === check.app),
  );
  if (matching.length === 0) return 'pending';
  if (matching.some((check) => check.state === 'failure')) return 'failure';
  return matching.every((check) => check.state === 'success') ? 'success' : 'pending';
}

/** What keeps a pull request from landing however its test ends. Empty: a test is worth its cost. */
export function policyReasons(
  pull: PullRequest,
  state: Pick<BranchState, 'rules' | 'authorized' | 'unreadPulls'>,
  config: BranchConfig,
): Reason[] {
  const { facts } = pull;
  const reasons: Reason[] = [];
  const error = state.unreadPulls[facts.number];
  if (error !== undefined) reasons.push({ kind: 'pull_unread', error });
  if (!isAuthorized(facts, state.authorized, config))
    reasons.push({ kind: 'not_authorized', author: facts.author.login, sha: facts.source.sha });
  if (facts.draft) reasons.push({ kind: 'draft' });
  for (const label of labelsOf(facts, config.labels.doNotMerge))
    reasons.push({ kind: 'do_not_merge_label', label });
  for (const label of labelsOf(facts, config.labels.doNotTest))
    reasons.push({ kind: 'do_not_test_label', label });
  return [
    ...reasons,
    ...reviewReasons(facts, config),
    ...otherCheckReasons(facts, state.rules, config),
  ];
}
