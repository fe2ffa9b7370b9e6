// State -> what the API says of pull requests. Reads nothing but the state and the past; the reasons are those of the
// very decision that a pass would make now, made once for all of them.
import type { Landing } from '../../schemas/landing.ts';
import type { BranchState, PullRequest } from '../../schemas/state.ts';
import type { LandedStatus, PullStatus } from '../../schemas/status.ts';
import { batchUrl, intendedCheck } from '../core/check.ts';
import { messageDigest } from '../core/commit-message.ts';
import { conditionsOf } from '../core/conditions.ts';
import type { BranchConfig } from '../core/config.ts';
import { decide, type Plan } from '../core/decide.ts';
import { explain } from '../core/explain.ts';
import { isAuthorized, reviewReasons } from '../core/judge-pull.ts';
import type { Past } from '../core/past.ts';
import { reviewerNotices } from '../core/reviewer.ts';
import { aheadOf, type Queue, queueOf } from './queue-status.ts';

/** Milliseconds since the epoch -> ISO 8601. */
const iso = (at: number): string => new Date(at).toISOString();

/** How much is told of each: in a list of a thousand every word counts, and each would name the others. */
const IN_LIST = { aheadMax: 5, metToo: false } as const;
export const BY_ITSELF = { aheadMax: Infinity, metToo: true } as const;

/** What every answer about pull requests is made from. */
export interface View {
  readonly state: BranchState;
  readonly config: BranchConfig;
  readonly plan: Plan;
  readonly queue: Queue;
  /** By number. */
  readonly places: ReadonlyMap<number, Queue[number]>;
}

export function viewOf(state: BranchState, config: BranchConfig, past: Past, now: number): View {
  const plan = decide(state, config, now);
  const queue = queueOf(plan, state, config, past, now);
  const places = new Map(queue.map((place) => [place.number, place]));
  return { state, config, plan, queue, places };
}

/** Open pull requests in merge-priority order. */
export const pullStatuses = (view: View): PullStatus[] =>
  view.plan.blocked.flatMap((row) => pullStatus(row, view, IN_LIST) ?? []);

/** @param metToo whether conditions that are met are told. @param aheadMax how many of those ahead are named */
export function pullStatus(
  row: Plan['blocked'][number],
  view: View,
  { aheadMax, metToo }: { readonly aheadMax: number; readonly metToo: boolean },
): PullStatus | null {
  const { state, config, plan, queue } = view;
  const pull = state.pulls[row.pr];
  if (!pull) return null;
  const place = view.places.get(row.pr);
  return {
    ...factsStatus(pull, config),
    ...peopleStatus(pull, view),
    ...testStatus(pull, state, config),
    notices: reviewerNotices(pull, config),
    is_merge_candidate: plan.candidate === row.pr,
    is_mergeable: row.reasons.every(({ kind }) => kind === 'landing'),
    reasons: row.reasons.map((reason) => {
      const { at, ...sentences } = explain(reason, config);
      return { ...sentences, at: at === null ? null : iso(at) };
    }),
    conditions: conditionsOf(row, plan, state, config).filter(({ met }) => metToo || !met),
    queue: place
      ? {
          position: place.position,
          ahead: aheadOf(queue, place.position, aheadMax),
          estimate: place.estimate,
        }
      : null,
  };
}

const factsStatus = ({ facts }: PullRequest, config: BranchConfig) => ({
  state: 'open' as const,
  number: facts.number,
  title: facts.title,
  url: pullUrl(config, facts.number),
  source_branch_name: facts.source.branch,
  source_sha: facts.source.sha,
  labels: [...facts.labels],
});

/** Whose turn it is follows from this and from the reasons. */
export function peopleStatus(pull: PullRequest, { state, config }: Pick<View, 'state' | 'config'>) {
  const { facts } = pull;
  const review = reviewReasons(facts, config)[0];
  return {
    author: facts.author.login,
    assignees: [...facts.assignees],
    reviewers: [...facts.reviewers],
    review_state: !review
      ? ('approved' as const)
      : review.kind === 'changes_requested'
        ? ('changes_requested' as const)
        : ('pending' as const),
    changes_requested_by: [...facts.review.changesRequestedBy],
    build_state: buildStateOf(pull, state, config),
  };
}

function testStatus(pull: PullRequest, state: BranchState, config: BranchConfig) {
  const { facts, build } = pull;
  const tested = 'batch' in build ? build : null;
  const targetSha = 'targetSha' in build ? build.targetSha : null;
  const check = intendedCheck(pull, state.authorized, config);
  const required = new Set((state.rules?.checks ?? []).map(({ name }) => name));
  return {
    gh_statuses: Object.fromEntries(
      facts.checks.filter(({ name }) => required.has(name)).map(({ name, state }) => [name, state]),
    ),
    batch_id: tested?.batch ?? null,
    batch_url: tested ? batchUrl(config, tested.batch) : null,
    attempt: pull.attempt,
    target_sha: targetSha,
    tested_sha: tested?.testedSha ?? null,
    out_of_date: isOutOfDate(pull, state),
    message_edited: tested !== null && tested.messageDigest !== messageDigest(facts, config),
    check: { state: check.state, description: check.description },
  } satisfies Partial<PullStatus>;
}

const BUILD_STATES = {
  unbuilt: null,
  running: 'building',
  passed: 'success',
  failed: 'failure',
  unbuildable: 'error',
} as const;

export const buildStateOf = (
  { facts, build }: PullRequest,
  { authorized }: BranchState,
  config: BranchConfig,
): PullStatus['build_state'] =>
  isAuthorized(facts, authorized, config) ? BUILD_STATES[build.kind] : 'unauthorized';

/** Its newest result is not about the branch's present commit. */
export const isOutOfDate = ({ build }: PullRequest, { head }: BranchState): boolean =>
  build.kind !== 'running' && 'targetSha' in build && build.targetSha !== head;

export const landedStatus = (landing: Landing, config: BranchConfig): LandedStatus => ({
  state: 'landed',
  number: landing.pr,
  title: landing.title,
  author: landing.author,
  url: pullUrl(config, landing.pr),
  labels: [...landing.labels],
  merged: true,
  merge_commit_sha: landing.landedSha,
  source_sha: landing.sourceSha,
  target_sha: landing.targetSha,
  tested_sha: landing.testedSha,
  batch_id: landing.batch,
  batch_url: batchUrl(config, landing.batch),
  landed_at: iso(landing.at),
  verified: landing.verified,
});

/** @returns null when it has not landed lately */
export function landedPull(number: number, { state, config }: View): LandedStatus | null {
  const landing = state.landings.find(({ pr }) => pr === number);
  return landing ? landedStatus(landing, config) : null;
}

const pullUrl = (config: BranchConfig, number: number): string =>
  `${config.webUrl}/${config.owner}/${config.repo}/pull/${number}`;
