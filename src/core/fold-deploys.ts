// Part of fold-batches.ts: which of the deploys that Batch shows is the latest, and how often each commit was deployed.
import type { BranchState, Deploy } from '../../schemas/state.ts';
import { actionKey } from './action-key.ts';
import { KEPT_DEPLOYS, remembering } from './change.ts';
import { isNoBatch, knowing } from './known-batch.ts';
import type { BatchObservation, ObservedBatch } from './observation.ts';
import { startsInDoubt } from './start-in-doubt.ts';
import { unreachable } from './unreachable.ts';

/**
 * Ids do not tell which deploy is the latest: one that was asked for again keeps its old id, and what
 * is listed again may be long over. So a deploy that runs is followed to its end; then one that runs
 * counts, or the one whose creation was in doubt, or a later one of the branch's commit; any other only when
 * nothing is known.
 */
export function foldDeploy(state: BranchState, seen: BatchObservation): Deploy {
  const { deploy, head, deployAttempts } = state;
  const deploys = seen.batches
    .filter(({ purpose, status }) => purpose.kind === 'deploy' && status.kind !== 'hollow')
    .toSorted((a, b) => b.id - a.id);
  if (deploy.kind === 'running') {
    if (isNoBatch(deploy.batch, seen)) return { kind: 'gone', sha: deploy.sha };
    const own = deploys.find(({ id }) => id === deploy.batch);
    return own ? deployOf(own) : deploy;
  }
  const known = 'batch' in deploy ? deploy.batch : 0;
  // After one that is gone an older one of the commit is not the latest.
  const anew = deploy.kind === 'gone' ? 1 : 0;
  const isLater = ({ id, purpose }: ObservedBatch): boolean =>
    purpose.kind === 'deploy' &&
    purpose.sha === head &&
    purpose.attempt >= (deployAttempts[purpose.sha] ?? 0) + anew &&
    id > known;
  const next =
    deploys.find(({ status }) => status.kind === 'running') ??
    deploys.find((batch) => isAwaited(batch, state)) ??
    deploys.find((batch) => deploy.kind === 'none' || isLater(batch));
  return next ? knowing(deployOf(next), deploy) : deploy;
}

/** Nothing was started meanwhile, so that nothing was deployed later. */
function isAwaited({ purpose }: ObservedBatch, state: BranchState): boolean {
  if (purpose.kind !== 'deploy') return false;
  const { sha, attempt } = purpose;
  const key = actionKey(state.branch, { kind: 'start_deploy', sha, attempt });
  return startsInDoubt(state).includes(key);
}

function deployOf({ id, purpose, jobs, status }: ObservedBatch): Deploy {
  if (purpose.kind !== 'deploy') return { kind: 'none' };
  const batch = { sha: purpose.sha, batch: id, attempt: purpose.attempt, jobs };
  switch (status.kind) {
    case 'running':
      return { kind: 'running', ...batch };
    case 'passed':
      return { kind: 'succeeded', ...batch };
    case 'failed':
      return { kind: 'failed', ...batch, failure: status.failure, failedJobs: null };
    case 'cancelled':
      return { kind: 'failed', ...batch, failure: 'it was cancelled', failedJobs: [] };
    case 'hollow':
      return { kind: 'gone', sha: purpose.sha };
    default:
      return unreachable(status, 'deployOf');
  }
}

export function deployAttempts(
  known: BranchState['deployAttempts'],
  seen: BatchObservation,
): BranchState['deployAttempts'] {
  const later: Record<string, number> = {};
  // They come newest first.
  for (const { purpose, status } of seen.batches.toReversed()) {
    if (purpose.kind !== 'deploy' || status.kind === 'hollow') continue;
    const { sha, attempt } = purpose;
    if (attempt > (later[sha] ?? known[sha] ?? 0)) later[sha] = attempt;
  }
  return remembering(known, later, KEPT_DEPLOYS);
}
