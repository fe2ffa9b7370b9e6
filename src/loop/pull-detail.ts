// State and events -> what the API says of one pull request by itself: its tests, what failed in the newest, and
// what has happened to it.
import type { Event } from '../../schemas/event.ts';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { Build, PullRequest } from '../../schemas/state.ts';
import type { AttemptStatus, PullDetail, PullStatus } from '../../schemas/status.ts';
import { artifactsUri, testToken } from '../core/artifacts.ts';
import { attemptsOf } from '../core/attempts.ts';
import { batchUrl } from '../core/check.ts';
import { isCheck } from '../core/conditions.ts';
import type { BranchConfig } from '../core/config.ts';
import { labelsOf } from '../core/judge-pull.ts';
import { BY_ITSELF, pullStatus, type View } from './pull-status.ts';
import { aheadOf } from './queue-status.ts';
import { eventStatus, failedJobStatuses } from './status.ts';

/** Milliseconds since the epoch -> ISO 8601, if any. */
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

interface Records {
  /** Of this pull request, oldest first. */
  readonly events: readonly Event[];
  /** In its newest test. */
  readonly failed: readonly FailedJob[];
  /** Where batches keep their files. */
  readonly storageUri: string;
}

/** @returns null when it is not open */
export function pullDetail(
  number: number,
  view: View,
  { events, failed, storageUri }: Records,
): PullDetail | null {
  const { state, config, plan } = view;
  const pull = state.pulls[number];
  const row = plan.blocked.find(({ pr }) => pr === number);
  const status = row ? pullStatus(row, view, BY_ITSELF) : null;
  if (!pull || !status) return null;
  const { build } = pull;
  return {
    ...status,
    ...asBefore(pull, status, view),
    batch: 'batch' in build ? batchStatus(number, build, config, storageUri) : null,
    failed_jobs: build.kind === 'failed' ? failedJobStatuses(build.batch, failed, config) : [],
    mistakes: build.kind === 'unbuildable' ? [...(build.why.mistakes ?? [])] : [],
    attempts: attemptStatuses(events, pull, config),
    timeline: events.map(eventStatus),
  };
}

/** What the existing service says beside the rest. */
function asBefore(pull: PullRequest, status: PullStatus, { state, config, queue }: View) {
  const { facts } = pull;
  const { deploy } = state;
  const isMet = (name: string): boolean =>
    status.conditions.every((condition) => condition.name !== name || condition.met);
  return {
    review_approved: isMet('approved'),
    checks_all_pass: status.conditions.every(({ name, met }) => met || !isCheck(name)),
    is_up_to_date: isMet('up_to_date'),
    blocking_labels: [
      ...labelsOf(facts, config.labels.doNotMerge),
      ...labelsOf(facts, config.labels.doNotTest),
    ],
    prs_ahead_in_queue: status.queue ? aheadOf(queue, status.queue.position, Infinity) : [],
    blocking_deploy_batch_id:
      deploy.kind === 'running' && !isMet('no_deploy') ? deploy.batch : null,
  };
}

function batchStatus(
  pr: number,
  { kind, batch, testedSha, attempt }: Extract<Build, { batch: number }>,
  config: BranchConfig,
  storageUri: string,
): PullDetail['batch'] {
  const token = testToken(config, pr, testedSha, attempt);
  return {
    id: batch,
    state: BUILD_STATES[kind],
    cost: null,
    artifacts_uri: artifactsUri(storageUri, token),
  };
}

const BUILD_STATES = { running: 'running', passed: 'success', failed: 'failure' } as const;

const attemptStatuses = (
  events: readonly Event[],
  { build }: PullRequest,
  config: BranchConfig,
): AttemptStatus[] =>
  attemptsOf(events, build).map(({ attempt, batch, reason, startedAt, endedAt, state }) => ({
    attempt,
    batch_id: batch,
    batch_url: batchUrl(config, batch),
    reason,
    started_at: iso(startedAt),
    ended_at: iso(endedAt),
    state,
  }));
