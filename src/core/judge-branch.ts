// Judgements about the whole branch: what keeps every pull request on it from landing (S7.6).
import type { LandingCommits, LandingMode } from '../../schemas/action.ts';
import type {
  BranchState,
  Build,
  MaybeLanded,
  PullFacts,
  PullRequest,
} from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { freezeAt } from './freeze.ts';
import { READ_LAG_MS } from './read-lag.ts';
import type { Reason } from './reason.ts';

/**
 * A landing whose outcome is not known: it began, and no answer came back. Or one that the branch
 * shows and that we know nothing of: after lost storage, or when GitHub's reads lagged behind a
 * landing whose answer was lost.
 */
export function landingInDoubt(state: BranchState): LandingCommits | null {
  for (const row of Object.values(state.outbox))
    if (row.action.kind === 'land' && row.state !== 'failed') return row.action.landing;
  for (const { facts, build } of Object.values(state.pulls))
    if (build.kind === 'passed' && build.testedSha === state.head)
      return landingOf(facts, build, 'exact');
  return null;
}

/** From when on reads are sure to show whether it has landed. */
export const findableAt = ({ since }: MaybeLanded): number => since + READ_LAG_MS;

/** What would land if it landed now; null without a test that passed. */
export function landingCommits(
  { facts, build }: Pick<PullRequest, 'facts' | 'build'>,
  { landing }: BranchConfig,
): LandingCommits | null {
  return build.kind === 'passed' ? landingOf(facts, build, landing) : null;
}

/** It lands by the method that it was tested by, whatever the settings have become since. */
export function landingOf(
  facts: PullFacts,
  build: Extract<Build, { kind: 'passed' }>,
  mode: LandingMode,
): LandingCommits {
  const { targetSha, testedSha, testedTree, batch, method } = build;
  const { number: pr, source } = facts;
  return { pr, sourceSha: source.sha, targetSha, testedSha, testedTree, batch, method, mode };
}

/** GitHub has merged it itself, or the source branch has come along. */
export const isSurelyShown = (
  { mode, method }: LandingCommits,
  source: PullFacts['source'],
): boolean => mode === 'github' || (method === 'squash' && source.movable);

/** GitHub sees by itself that it is merged, also because the source commit is in the branch; which it may fail to notice. */
export const showsAsMerged = (landing: LandingCommits, source: PullFacts['source']): boolean =>
  landing.method === 'merge' || isSurelyShown(landing, source);

/** The branch's rules are read with everything else of GitHub, and never forgotten. */
export const isGithubRead = (state: BranchState): boolean => state.rules !== null;

export function branchReasons(state: BranchState, config: BranchConfig, now: number): Reason[] {
  const reasons: Reason[] = [];
  const frozen = freezeAt(state, now);
  if (frozen)
    reasons.push({
      kind: 'frozen',
      reason: frozen.reason,
      by: frozen.by,
      until: frozen.until,
    });
  if (!config.mergeable) reasons.push({ kind: 'branch_not_mergeable' });
  if (!isGithubRead(state) || state.batchesReadTo === null)
    reasons.push({ kind: 'branch_not_read' });
  else if (state.head === null) reasons.push({ kind: 'branch_missing' });
  const { deploy } = state;
  if (config.deployable && !config.mergeWhileDeploying && deploy.kind === 'running')
    reasons.push({ kind: 'deploying', batch: deploy.batch });
  return reasons;
}
