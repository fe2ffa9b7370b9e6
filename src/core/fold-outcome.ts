// State + what came of an action -> state. An outcome is believed for the source commit and attempt
// that it was about; if the pull request has moved on meanwhile, its batch becomes an orphan.
import type { Action } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type {
  BranchState,
  Build,
  Landing,
  LiveBatch,
  OutboxRow,
  PullRequest,
} from '../../schemas/state.ts';
import { actionKey, apisOf } from './action-key.ts';
import { backoffMs } from './fault.ts';
import { mark } from './flags.ts';
import { bounded } from './fold-batches.ts';
import type { LandingAction, Outcome } from './outcome.ts';
import { unreachable } from './unreachable.ts';

const KEPT_LANDINGS = 50;
/** A landing that failed so many times in a row gives way for a while. */
const LANDING_PATIENCE = 3;
const FIRST_PARKING_MS = 60_000;
const LONGEST_PARKING_MS = 30 * 60_000;

/** Written before an action begins: after a crash its row says that its effect is unknown. */
export function beginAction(state: BranchState, action: Action, now: number): BranchState {
  const key = actionKey(state.branch, action);
  const known = state.outbox[key];
  const row: OutboxRow = {
    action: known && isLanding(known.action) ? known.action : action,
    state: 'begun',
    since: known?.since ?? now,
    failures: known?.failures ?? 0,
    notBefore: 0,
    error: known?.error ?? null,
  };
  return { ...state, outbox: { ...state.outbox, [key]: row } };
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
  return foldEffect(withoutRow(state, outcome.action), outcome, now);
}

/**
 * Certain that nothing happened. The branch or the source may be elsewhere than our last look showed
 * it, and GitHub's reads may lag, so the pull request is read again and the next try waits a little.
 */
function landAgain(
  state: BranchState,
  { action, kind }: Extract<Outcome, { kind: 'not_landed' | 'land_lost' }>,
  now: number,
  random: number,
): BranchState {
  const { landing } = action;
  const known = state.outbox[actionKey(state.branch, action)];
  // A lost answer has been counted when it was lost.
  const failures = Math.max(1, (known?.failures ?? 0) + (kind === 'land_lost' ? 1 : 0));
  const row: OutboxRow = {
    action: { kind: 'land', landing },
    state: 'failed',
    since: known?.since ?? now,
    failures,
    notBefore: now + backoffMs(failures, random, null),
    error: known?.error ?? 'the branch or the source branch has moved',
  };
  const marked = { ...state, flags: mark(state.flags, { flag: 'github', read: landing.pr }) };
  // Reads that lag are no reason to give up: what has moved may have been moved by us.
  return kind === 'land_lost' ? withRow(marked, row) : patiently(marked, row, now);
}

/** S7.7: a landing that fails time and again is parked, so that the ones behind it go on. */
function patiently(state: BranchState, row: OutboxRow, now: number): BranchState {
  const { action } = row;
  if (action.kind === 'land' && row.state === 'failed' && row.failures >= LANDING_PATIENCE)
    return parked(withoutRow(state, action), action, row.error ?? '', now);
  return withRow(state, row);
}

const withRow = (state: BranchState, row: OutboxRow): BranchState => ({
  ...state,
  outbox: { ...state.outbox, [actionKey(state.branch, row.action)]: row },
});

function withoutRow(state: BranchState, action: Action): BranchState {
  const { [actionKey(state.branch, action)]: _, ...outbox } = state.outbox;
  return { ...state, outbox };
}

function foldFault(
  state: BranchState,
  { action, fault, effect }: Extract<Outcome, { kind: 'faulted' }>,
  now: number,
  random: number,
): BranchState {
  const begun = state.outbox[actionKey(state.branch, action)];
  const failures = (begun?.failures ?? 0) + 1;
  const notBefore = now + backoffMs(failures, random, fault);
  // A landing whose read-back failed is as unknown as before.
  const unknown = effect === 'unknown' || action.kind === 'settle_landing';
  const row: OutboxRow = {
    action: begun?.action ?? action,
    state: unknown ? 'unknown' : 'failed',
    since: begun?.since ?? now,
    failures,
    notBefore,
    error: fault.message,
  };
  if (fault.kind !== 'rate_limited') return patiently(state, row, now);
  const holds = { ...state.holds };
  for (const api of apisOf(action)) holds[api] = { notBefore, failures, error: fault.message };
  return withRow({ ...state, holds }, row);
}

function foldEffect(
  state: BranchState,
  outcome: Exclude<Outcome, { kind: 'faulted' | 'not_landed' | 'land_lost' }>,
  now: number,
): BranchState {
  switch (outcome.kind) {
    case 'test_started':
      return testStarted(state, outcome);
    case 'test_unbuildable':
      return withBuild(state, outcome.action, {
        kind: 'unbuildable',
        targetSha: outcome.action.targetSha,
        why: outcome.why,
      });
    case 'deploy_started':
      return deployStarted(state, outcome);
    case 'deploy_unbuildable': {
      const { sha } = outcome.action;
      const alert = {
        cause: `deploy ${sha}`,
        text: `${state.branch} at ${sha} cannot be deployed: ${outcome.why.message}`,
      };
      return {
        ...state,
        deploy: { kind: 'unbuildable', sha, why: outcome.why },
        alerts: [...state.alerts, alert],
      };
    }
    case 'batch_cancelled':
      return {
        ...state,
        live: state.live.map((batch) =>
          batch.id === outcome.action.batch ? { ...batch, cancelRequestedAt: now } : batch,
        ),
      };
    case 'check_posted': {
      const { pr, sha, check } = outcome.action;
      return withPull(state, pr, (pull) => ({
        ...pull,
        posted: { sha, check, at: now },
        facts: pull.facts.source.sha === sha ? { ...pull.facts, shown: check } : pull.facts,
      }));
    }
    case 'closed':
      return withLanding(state, outcome.action.landedSha, { toClose: false });
    case 'ref_dropped':
      return { ...state, refsToDrop: state.refsToDrop.filter((pr) => pr !== outcome.action.pr) };
    case 'alerted':
      return {
        ...state,
        alerts: state.alerts.filter((alert) => alert.cause !== outcome.action.cause),
      };
    case 'landing_verified':
      return withLanding(state, outcome.action.landing.testedSha, { verified: true });
    case 'landing_mismatch':
      return frozenOverMismatch(state, outcome.action.landing.testedSha, outcome.found, now);
    case 'landed':
      return landed(state, outcome.action, now);
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

function testStarted(
  state: BranchState,
  { action, batch, kind: _, ...test }: Extract<Outcome, { kind: 'test_started' }>,
): BranchState {
  const { pr, sourceSha, targetSha, attempt, reason } = action;
  const live = withLive(state.live, { id: batch, pr, sha: sourceSha, cancelRequestedAt: null });
  const build: Build = { kind: 'running', batch, attempt, targetSha, reason, ...test };
  return withBuild({ ...state, live }, action, build);
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
    deployAttempts: bounded({ ...state.deployAttempts, [sha]: attempt }, 100),
    live: withLive(state.live, { id: batch, pr: null, sha, cancelRequestedAt: null }),
  };
}

/** Asking for a batch again may find one that is known. */
const withLive = (live: readonly LiveBatch[], batch: LiveBatch): readonly LiveBatch[] =>
  live.some(({ id }) => id === batch.id) ? live : [...live, batch];

function landed(state: BranchState, { landing }: LandingAction, now: number): BranchState {
  const { pr, sourceSha, targetSha, testedSha } = landing;
  const { [pr]: pull, ...pulls } = state.pulls;
  const build = pull?.build;
  const record: Landing = {
    pr,
    title: pull?.facts.title ?? '',
    author: pull?.facts.author.login ?? '',
    sourceSha,
    targetSha,
    testedSha,
    testedTree: build && 'testedTree' in build ? build.testedTree : testedSha,
    batch: build && 'batch' in build ? build.batch : 1,
    at: now,
    verified: false,
    toClose: pull !== undefined && pull.facts.source.repo?.toLowerCase() !== repoOf(state.branch),
  };
  return {
    ...state,
    pulls,
    head: testedSha,
    candidate: state.candidate === pr ? null : state.candidate,
    attempts: pull ? { ...state.attempts, [pr]: pull.attempt } : state.attempts,
    landings: [record, ...state.landings].slice(0, KEPT_LANDINGS),
  };
}

const repoOf = (branch: string): string => branch.slice(0, branch.indexOf(':')).toLowerCase();

const withPull = (
  state: BranchState,
  pr: number,
  change: (pull: PullRequest) => PullRequest,
): BranchState => {
  const pull = state.pulls[pr];
  return pull ? { ...state, pulls: { ...state.pulls, [pr]: change(pull) } } : state;
};

/** S9.2: a landing that is tried again does not post its check again. */
export const vouchedFor = (state: BranchState, pr: PullNumber, testedSha: Sha): BranchState =>
  withPull(state, pr, (pull) => ({ ...pull, vouched: testedSha }));

const withLanding = (state: BranchState, sha: string, change: Partial<Landing>): BranchState => ({
  ...state,
  landings: state.landings.map((landing) =>
    landing.testedSha === sha ? { ...landing, ...change } : landing,
  ),
});

/** S7.9: whatever it is, it was not tested. Nothing else lands until a person has looked. */
function frozenOverMismatch(
  state: BranchState,
  sha: string,
  found: string,
  now: number,
): BranchState {
  const reason = `The landing of ${sha} was read back wrong: ${found}`;
  return {
    ...withLanding(state, sha, { verified: true }),
    frozen: { reason, by: 'sluice', since: now },
    alerts: [
      ...state.alerts,
      { cause: `mismatch ${sha}`, text: `${state.branch} is frozen. ${reason}` },
    ],
  };
}

/** S7.7: a refusal parks the pull request with GitHub's words; the ones behind it go on. */
function parked(
  state: BranchState,
  { landing }: LandingAction,
  words: string,
  now: number,
): BranchState {
  return withPull(state, landing.pr, (pull) => {
    const times = (pull.parked?.times ?? 0) + 1;
    const pause = Math.min(FIRST_PARKING_MS * 2 ** (times - 1), LONGEST_PARKING_MS);
    return { ...pull, parked: { words, until: now + pause, times } };
  });
}
