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

type Required = Rules['checks'][number];

/**
 * S7.8: required checks other than our own. A required check that never reported is pending. Our
 * own is judged by the batch itself, not by what GitHub shows of it. What GitHub calls required is, whether or not a rule that
 * we have read says so.
 */
export function otherCheckReasons(
  facts: PullFacts,
  rules: Rules | null,
  config: BranchConfig,
): Reason[] {
  const ruled = rules?.checks ?? [];
  const called = facts.checks
    .filter(({ name, required }) => required && !ruled.some((rule) => rule.name === name))
    .map(({ name }) => name);
  const unruled = [...new Set(called)].map((name): Required => ({ name, app: null }));
  return [...ruled, ...unruled]
    .filter(({ name }) => name !== config.checkName)
    .flatMap(({ name: check, app }): Reason[] => {
      const state = stateOf(facts.checks, { name: check, app });
      if (state === 'success') return [];
      return [
        state === 'failure'
          ? { kind: 'check_failed', check }
          : { kind: 'check_pending', check, app },
      ];
    });
}

/**
 * A rule may take a check of a certain App alone, which may report it by a status. Of a status GitHub does not tell the App, but
 * whether it is required: that of an App counts as the wanted one's if it is, and a person's never does.
 */
const isFrom = (check: ReportedCheck, app: Required['app']): boolean =>
  app === null || app === check.app || (check.app === 'untold' && check.required);

/** Does it depend on what GitHub has not said, because it was read in a list? */
export const needsGithubsWord = ({ checks }: PullFacts, rules: Rules): boolean =>
  rules.checks.some(
    ({ name, app }) =>
      app !== null &&
      checks.some((check) => check.name === name && check.app === 'untold' && !check.required),
  );

function stateOf(reported: readonly ReportedCheck[], required: Required): ReportedCheck['state'] {
  const matching = reported.filter(
    (check) => check.name === required.name && isFrom(check, required.app),
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
