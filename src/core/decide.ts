// State -> plan: what to do now, and for every other pull request each reason why not. Owns all the
// ifs of the pass. Pure, total, in a deterministic order; it never looks at GitHub or Batch.
import type { Action, ActionOf, LandingCommits } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import { actionKey, apisOf } from './action-key.ts';
import { alertActions } from './alert.ts';
import { authorizationWords } from './authorization-comment.ts';
import { intendedCheck, sameCheck } from './check.ts';
import { checkOwners } from './check-owners.ts';
import type { BranchConfig } from './config.ts';
import { type Context, isReady, startRow, testsRunning } from './context.ts';
import { clusterActions } from './decide-cluster.ts';
import { heldUntil, isOfLanding } from './fold-hold.ts';
import { freezeAt } from './freeze.ts';
import { branchReasons, findableAt, landingCommits, landingInDoubt } from './judge-branch.ts';
import { isAuthorized, labelsOf, policyReasons } from './judge-pull.ts';
import { byPriority } from './priority.ts';
import type { Reason } from './reason.ts';
import { reasonsFor } from './reasons-for.ts';
import { teamToAssign } from './reviewer.ts';
import { serial } from './serial.ts';
import { startsInDoubt } from './start-in-doubt.ts';
import type { Standing } from './strategy.ts';

/** A cancellation that did not stop the batch is asked for again after this time. */
const CANCEL_AGAIN_MS = 2 * 60_000;

export interface Plan {
  /** What to do now, in the order in which it should begin. */
  readonly actions: readonly Action[];
  /** What is wanted but must wait: it failed and is not due again, or its API asked us to wait. */
  readonly waiting: readonly Action[];
  readonly candidate: PullNumber | null;
  /** What would land if all went well, in that order; the others lack something of their own. */
  readonly queue: readonly PullNumber[];
  /** Open pull requests in merge-priority order, each with every reason why it is not landing. */
  readonly blocked: readonly { readonly pr: PullNumber; readonly reasons: readonly Reason[] }[];
}

export function decide(state: BranchState, config: BranchConfig, now: number): Plan {
  const context: Context = {
    state,
    config,
    now,
    branch: branchReasons(state, config, now),
    doubt: landingInDoubt(state),
    checkOwners: checkOwners(state),
  };
  const standings = byPriority(Object.values(state.pulls), config).map((pull) =>
    standingOf(pull, context),
  );
  const wanted = serial({
    pulls: standings,
    candidate: state.candidate,
    running: testsRunning(state),
    runningTestsMax: config.runningTestsMax,
    mergeable: config.mergeable,
  });
  const all = dedupe(
    [
      ...landings(context, wanted.land),
      ...orphans(context),
      ...(isReady(context) ? deploys(context) : []),
      ...tests(context, wanted.tests),
      ...(state.batchesReadTo === null ? [] : checks(context)),
      ...failures(context),
      ...chores(context),
      ...clusterActions(context),
      ...alertActions(state, config),
      ...comments(context),
    ],
    config,
  );
  return {
    actions: all.filter((action) => isDue(action, context)),
    waiting: all.filter((action) => !isDue(action, context)),
    candidate: wanted.candidate,
    queue: wanted.queue,
    blocked: standings.map((standing) => ({
      pr: standing.pull.facts.number,
      reasons: reasonsFor(standing, context, wanted),
    })),
  };
}

function standingOf(pull: PullRequest, context: Context): Standing {
  const { state, config, now } = context;
  const policy = policyReasons(pull, state, config);
  const parked = pull.parked !== null && pull.parked.until > now;
  const current = 'targetSha' in pull.build && pull.build.targetSha === state.head;
  const start = startRow(pull, context);
  return {
    pull,
    testable:
      state.unreadPulls[pull.facts.number] === undefined &&
      isAuthorized(pull.facts, state.authorized, config) &&
      labelsOf(pull.facts, config.labels.doNotTest).length === 0,
    landableIfGreen: policy.length === 0 && !parked,
    landable:
      policy.length === 0 &&
      !parked &&
      context.branch.length === 0 &&
      isReady(context) &&
      state.landings.every((landing) => landing.verified) &&
      pull.build.kind === 'passed' &&
      current,
    current,
    startFailures: start?.failures ?? 0,
    startDelayed: start !== null && start.notBefore > now,
  };
}

function landings(context: Context, land: PullNumber | null): Action[] {
  const { state, config, doubt } = context;
  if (doubt) return [{ kind: 'settle_landing', landing: doubt }];
  const unverified = state.landings.filter((landing) => !landing.verified);
  const toClose = state.landings.filter((landing) => landing.verified && landing.toClose);
  const pull = land === null ? undefined : state.pulls[land];
  const unsaid = pull ? unsaidOf(pull, context) : [];
  const next = pull && unsaid.length === 0 ? landingCommits(pull, config) : null;
  return [
    ...unverified.map(
      (landing): Action => ({ kind: 'verify_landing', landing: commitsOf(landing) }),
    ),
    ...toClose.map(
      (landing): Action => ({
        kind: 'close_landed',
        pr: landing.pr,
        landedSha: landing.landedSha,
      }),
    ),
    ...unsaid,
    ...(next ? [{ kind: 'land', landing: next } as const] : []),
  ];
}

const commitsOf = (landing: LandingCommits): LandingCommits => {
  const { pr, sourceSha, targetSha, testedSha, testedTree, batch, method, mode } = landing;
  return { pr, sourceSha, targetSha, testedSha, testedTree, batch, method, mode };
};

/** GitHub judges a merge of its own by what stands on the source commit: our check comes first, unless it was not taken. */
function unsaidOf(pull: PullRequest, context: Context): Action[] {
  const { state, config } = context;
  if (config.landing === 'exact') return [];
  const wasTried = (check: Action): boolean =>
    (state.outbox[actionKey(config.name, check)]?.failures ?? 0) > 0;
  return checkOf(pull, context)
    .filter((check) => !wasTried(check))
    .map((check) => ({ ...check, ofLanding: true }));
}

/** S6.8: test batches that no open pull request stands behind any more. */
function orphans({ state, now }: Context): Action[] {
  return state.live
    .filter((batch) => batch.pr !== null && !isBacked(batch.pr, batch.id, state))
    .filter((batch) => now - (batch.cancelRequestedAt ?? -Infinity) >= CANCEL_AGAIN_MS)
    .map((batch) => ({
      kind: 'cancel_batch',
      batch: batch.id,
      why: `superseded test of #${batch.pr}`,
    }));
}

function isBacked(pr: PullNumber, batch: number, state: BranchState): boolean {
  const build = state.pulls[pr]?.build;
  return build?.kind === 'running' && build.batch === batch;
}

/** S8.1, S8.2: one at a time; when it ends and the branch has moved on, the newest SHA. */
function deploys({ state, config, now }: Context): Action[] {
  const { deploy, head } = state;
  if (!config.deployable || freezeAt(state, now) || head === null) return [];
  if (deploy.kind === 'running') return [];
  // Of what GitHub merged it is not known, before it is read back, that it is what was tested, nor that it is in this branch.
  if (state.landings.some(({ mode, verified }) => mode === 'github' && !verified)) return [];
  const deployed = deploy.kind !== 'none' && deploy.kind !== 'gone' && deploy.sha === head;
  if (deployed) return [];
  return [{ kind: 'start_deploy', sha: head, attempt: (state.deployAttempts[head] ?? 0) + 1 }];
}

function tests(context: Context, wanted: ReturnType<typeof serial>['tests']): Action[] {
  const { state } = context;
  const head: Sha | null = state.head;
  if (!isReady(context) || head === null) return [];
  return wanted.flatMap(({ pr, reason }): Action[] => {
    const pull = state.pulls[pr];
    if (!pull) return [];
    const { attempt, facts } = pull;
    const start: Action = {
      kind: 'start_test',
      pr,
      sourceSha: facts.source.sha,
      targetSha: head,
      attempt,
      reason,
    };
    return [...checkOf(pull, context), start];
  });
}

/** S9.1, S9.2: what GitHub shows is made what it should be; what is right is left alone. */
const checks = (context: Context): Action[] =>
  Object.values(context.state.pulls).flatMap((pull) => checkOf(pull, context));

function checkOf(
  pull: PullRequest,
  { state, config, checkOwners }: Context,
): ActionOf<'post_check'>[] {
  if (checkOwners.get(pull.facts.source.sha) !== pull.facts.number) return [];
  const check = intendedCheck(pull, state.authorized, config);
  if (sameCheck(check, pull.facts.shown)) return [];
  return [{ kind: 'post_check', pr: pull.facts.number, sha: pull.facts.source.sha, check }];
}

/** Of what failed, the jobs and their logs are read once. */
const failures = ({ state: { pulls, deploy } }: Context): Action[] =>
  [...Object.values(pulls).map(({ build }) => build), deploy].flatMap((it): Action[] =>
    it.kind === 'failed' && it.failedJobs === null
      ? [{ kind: 'read_failures', batch: it.batch }]
      : [],
  );

const chores = ({ state, config, now }: Context): Action[] => [
  ...Object.values(state.pulls).flatMap(({ maybeLanded }): Action[] =>
    maybeLanded && findableAt(maybeLanded) <= now
      ? [{ kind: 'find_landing', landing: maybeLanded.landing }]
      : [],
  ),
  ...Object.values(state.pulls).flatMap((pull): Action[] => {
    const team = teamToAssign(pull, config);
    return team === null ? [] : [{ kind: 'assign', pr: pull.facts.number, team }];
  }),
  ...state.refsToDrop.map((ref): Action => ({ kind: 'drop_ref', ref })),
];

/** Nobody waits for them, and of a hundred strangers' pull requests there may be many at once: they come last. */
const comments = ({ state, config }: Context): Action[] =>
  Object.values(state.pulls).flatMap((pull): Action[] => {
    const text = authorizationWords(pull, state.authorized, config);
    return text === null ? [] : [{ kind: 'comment', pr: pull.facts.number, text }];
  });

/** The first of those that are the same counts. */
function dedupe(actions: readonly Action[], config: BranchConfig): Action[] {
  const byKey = new Map<string, Action>();
  for (const action of actions) {
    const key = actionKey(config.name, action);
    if (!byKey.has(key)) byKey.set(key, action);
  }
  return [...byKey.values()];
}

function isDue(action: Action, { state, config, now }: Context): boolean {
  const isStart = action.kind === 'start_test' || action.kind === 'start_deploy';
  if (isStart && startsInDoubt(state).length > 0) return false;
  const row = state.outbox[actionKey(config.name, action)];
  if (row && row.notBefore > now) return false;
  const calls = isOfLanding(action) ? 'landing' : 'everyday';
  return apisOf(action).every((api) => heldUntil(state.holds[api], calls) <= now);
}
