// State + what came of an action -> state. An outcome is believed for the source commit and attempt
// that it was about; if the pull request has moved on meanwhile, its batch becomes an orphan.
import type { Action, ActionOf } from '../../schemas/action.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { BranchState, Build, Deploy, LiveBatch, OutboxRow } from '../../schemas/state.ts';
import { actionKey, apisOf } from './action-key.ts';
import { raise, told } from './alert.ts';
import { KEPT_DEPLOYS, remembering, withLanding, withoutRow, withPull, withRow } from './change.ts';
import { failureOf } from './check.ts';
import { backoffMs } from './fault.ts';
import { mark } from './flags.ts';
import { holdApi, isOfApi } from './fold-hold.ts';
import {
  frozenOverMismatch,
  landAgain,
  landed,
  lookAgain,
  parked,
  patiently,
  suspectLanding,
} from './fold-landing.ts';
import { foldNamespaceOutcome } from './fold-namespaces.ts';
import { commentBegun, foldSaid } from './fold-said.ts';
import type { Outcome } from './outcome.ts';
import { READ_LAG_MS } from './read-lag.ts';
import { foldRollout } from './rollout.ts';
import { unreachable } from './unreachable.ts';
import { isWord } from './word.ts';

/** Written before an action begins: after a crash its row says that its effect is unknown. */
export function beginAction(state: BranchState, action: Action, now: number): BranchState {
  const key = actionKey(state.branch, action);
  const known = state.outbox[key];
  const row: OutboxRow = {
    action: known && isLanding(known.action) ? known.action : action,
    state: 'begun',
    since: known?.since ?? now,
    // Looking for what came of a try is none itself.
    ...(action.kind === 'land' && { triedAt: now }),
    ...(action.kind === 'settle_landing' && { triedAt: known?.triedAt ?? known?.since ?? now }),
    failures: known?.failures ?? 0,
    notBefore: isWord(action) ? now + READ_LAG_MS : 0,
    error: known?.error ?? null,
  };
  const begun = action.kind === 'comment' ? commentBegun(state, action.pr) : state;
  return { ...begun, outbox: { ...begun.outbox, [key]: row } };
}

const isLanding = (action: Action): boolean =>
  action.kind === 'land' || action.kind === 'settle_landing';

/** @param random in [0, 1), for the jitter of a retry */
export function foldOutcome(
  state: BranchState,
  outcome: Outcome,
  now: number,
  random: number,
): BranchState {
  if (outcome.kind === 'faulted') return foldFault(state, outcome, now, random);
  if (outcome.kind === 'not_landed' || outcome.kind === 'land_lost')
    return landAgain(state, outcome, now, random);
  if (outcome.kind === 'not_shown') return lookAgain(state, outcome, now);
  return foldEffect(withoutRow(state, outcome.action), outcome, now);
}

function foldFault(
  state: BranchState,
  { action, fault, effect, api }: Extract<Outcome, { kind: 'faulted' }>,
  now: number,
  random: number,
): BranchState {
  const begun = state.outbox[actionKey(state.branch, action)];
  const failures = (begun?.failures ?? 0) + 1;
  // A landing whose read-back failed is as unknown as before.
  const unknown = effect === 'unknown' || action.kind === 'settle_landing';
  const pause = backoffMs(failures, random, fault);
  const row: OutboxRow = {
    action: begun?.action ?? action,
    state: unknown ? 'unknown' : 'failed',
    since: begun?.since ?? now,
    ...(begun?.triedAt !== undefined && { triedAt: begun.triedAt }),
    // Whatever it did it has done by now.
    ...(action.kind === 'land' && { triedAt: now }),
    failures,
    notBefore: now + (unknown && isWord(action) ? Math.max(pause, READ_LAG_MS) : pause),
    error: fault.message,
  };
  // Batch knows whether it was made.
  const isStart = action.kind === 'start_test' || action.kind === 'start_deploy';
  if (unknown && isStart)
    return withRow(
      { ...state, flags: mark(state.flags, { flag: 'batch', read: 'everything' }) },
      row,
    );
  if (!isOfApi(fault)) return patiently(state, row, now);
  const apis = api === null ? apisOf(action) : [api];
  const held = apis.reduce((holding, api) => holdApi(holding, { api, fault }, now, random), state);
  return withRow(held, row);
}

function foldEffect(
  state: BranchState,
  outcome: Exclude<Outcome, { kind: 'faulted' | 'not_landed' | 'land_lost' | 'not_shown' }>,
  now: number,
): BranchState {
  switch (outcome.kind) {
    case 'test_started':
      return testStarted(state, outcome);
    case 'test_unbuildable':
      return testUnbuildable(state, outcome, now);
    case 'deploy_started':
      return deployStarted(state, outcome);
    case 'deploy_unbuildable':
      return deployUnbuildable(state, outcome, now);
    case 'batch_cancelled':
      return {
        ...state,
        live: state.live.map((batch) =>
          batch.id === outcome.action.batch ? { ...batch, cancelRequestedAt: now } : batch,
        ),
      };
    case 'failures_read':
      return withFailedJobs(state, outcome, now);
    case 'check_posted':
      return checkPosted(state, outcome.action, now);
    case 'assigned':
    case 'assign_refused':
    case 'commented':
      return foldSaid(state, outcome);
    case 'closed':
      return withLanding(state, outcome.action.landedSha, { toClose: false, closedAt: now });
    case 'ref_dropped':
      return { ...state, refsToDrop: state.refsToDrop.filter((ref) => ref !== outcome.action.ref) };
    case 'namespace_deleted':
    case 'namespace_gone':
    case 'namespace_left':
    case 'namespace_overtaken':
      return foldNamespaceOutcome(state, outcome, now);
    case 'services_read':
      return foldRollout(state, outcome.action.batch, outcome, now);
    case 'alerted':
      return told(state, outcome.action.alert.cause, outcome.action.channel);
    case 'landing_verified':
      return withLanding(state, outcome.action.landing.testedSha, { verified: true });
    case 'landing_not_found':
      return withPull(state, outcome.action.landing.pr, (pull) => ({ ...pull, maybeLanded: null }));
    case 'landing_mismatch':
      return frozenOverMismatch(state, outcome, now);
    case 'landed':
      return landed(state, outcome, now);
    case 'land_overtaken':
      return {
        ...state,
        flags: mark(state.flags, { flag: 'github', read: outcome.action.landing.pr }),
      };
    case 'land_refused':
      return parked(state, outcome.action, outcome.words, now);
    default:
      return unreachable(outcome, 'foldEffect');
  }
}

/** It stands on the commit, whichever pull requests have that. */
function checkPosted(
  state: BranchState,
  { pr, sha, check }: ActionOf<'post_check'>,
  now: number,
): BranchState {
  const pulls = Object.values(state.pulls).map((pull) => {
    const posted = pull.facts.number === pr ? { sha, check, at: now } : pull.posted;
    const isOn = pull.facts.source.sha === sha;
    if (!isOn && posted === pull.posted) return pull;
    return { ...pull, posted, facts: isOn ? { ...pull.facts, shown: check } : pull.facts };
  });
  return { ...state, pulls: Object.fromEntries(pulls.map((pull) => [pull.facts.number, pull])) };
}

function withFailedJobs(
  state: BranchState,
  { action: { batch }, jobs: failedJobs }: Extract<Outcome, { kind: 'failures_read' }>,
  now: number,
): BranchState {
  const pulls = Object.fromEntries(
    Object.entries(state.pulls).map(([number, pull]) => [
      number,
      isFailed(pull.build, batch) ? { ...pull, build: { ...pull.build, failedJobs } } : pull,
    ]),
  );
  const { deploy } = state;
  if (!isFailed(deploy, batch)) return { ...state, pulls };
  // S8.3: once, since what has failed is read once.
  const failed = { ...deploy, failedJobs };
  const text = `The deploy of ${state.branch} at ${deploy.sha} failed in batch ${batch}: ${failureOf(failed)}`;
  const alert = { cause: `deploy ${deploy.sha}`, kind: 'deploy_failed', text, at: now } as const;
  return raise({ ...state, pulls, deploy: failed }, { ...alert, batch });
}

/** Is it the failure of that batch? */
const isFailed = <T extends Build | Deploy>(
  it: T,
  batch: BatchId,
): it is Extract<T, { kind: 'failed' }> => it.kind === 'failed' && it.batch === batch;

function testStarted(
  state: BranchState,
  { action, batch, kind: _, ...test }: Extract<Outcome, { kind: 'test_started' }>,
): BranchState {
  const { pr, sourceSha, targetSha, attempt, reason } = action;
  const live = withLive(state.live, { id: batch, pr, sha: sourceSha, cancelRequestedAt: null });
  const build: Build = {
    kind: 'running',
    batch,
    attempt,
    targetSha,
    reason,
    finished: 0,
    ...test,
  };
  return withBuild({ ...state, live }, action, build);
}

function testUnbuildable(
  state: BranchState,
  { action, why }: Extract<Outcome, { kind: 'test_unbuildable' }>,
  now: number,
): BranchState {
  const { pr, targetSha } = action;
  const suspecting = why.kind === 'nothing_to_land' ? suspectLanding(state, pr, now) : state;
  return withBuild(suspecting, action, { kind: 'unbuildable', targetSha, why });
}

function withBuild(
  state: BranchState,
  { pr, sourceSha, attempt }: { pr: number; sourceSha: string; attempt: number },
  build: Build,
): BranchState {
  return withPull(state, pr, (pull) =>
    pull.facts.source.sha === sourceSha && pull.attempt === attempt ? { ...pull, build } : pull,
  );
}

function deployStarted(
  state: BranchState,
  { action, batch, jobs }: Extract<Outcome, { kind: 'deploy_started' }>,
): BranchState {
  const { sha, attempt } = action;
  return {
    ...state,
    deploy: { kind: 'running', sha, batch, attempt, jobs },
    deployAttempts: remembering(state.deployAttempts, { [sha]: attempt }, KEPT_DEPLOYS),
    live: withLive(state.live, { id: batch, pr: null, sha, cancelRequestedAt: null }),
  };
}

function deployUnbuildable(
  state: BranchState,
  { action: { sha }, why }: Extract<Outcome, { kind: 'deploy_unbuildable' }>,
  now: number,
): BranchState {
  const text = `${state.branch} at ${sha} cannot be deployed: ${why.message}`;
  return raise(
    { ...state, deploy: { kind: 'unbuildable', sha, why } },
    { cause: `deploy ${sha}`, kind: 'deploy_failed', text, at: now },
  );
}

/** Asking for a batch again may find one that is known. */
const withLive = (live: readonly LiveBatch[], batch: LiveBatch): readonly LiveBatch[] =>
  live.some(({ id }) => id === batch.id) ? live : [...live, batch];
