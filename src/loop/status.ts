// State -> what the API says of it. Reads nothing but the state; the reasons are those of the very
// decision that a pass would make now.

import type { Event } from '../../schemas/event.ts';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { BranchState, Landing, PullRequest } from '../../schemas/state.ts';
import type {
  BranchStatus,
  DeployStatus,
  EventStatus,
  FailedJobStatus,
  LandedStatus,
  PullStatus,
} from '../../schemas/status.ts';
import { batchUrl, failureOf, intendedCheck } from '../core/check.ts';
import { messageDigest } from '../core/commit-message.ts';
import type { BranchConfig } from '../core/config.ts';
import { decide, type Plan } from '../core/decide.ts';
import { explain } from '../core/explain.ts';
import type { GithubBudget } from '../core/github-budget.ts';
import { isAuthorized, reviewReasons } from '../core/judge-pull.ts';
import { budgetStatus } from './budget-status.ts';
import { deployedServices, kubernetesStatus } from './cluster-status.ts';

/** Milliseconds since the epoch -> ISO 8601. */
const iso = (at: number): string => new Date(at).toISOString();

/** @param budget what is left of GitHub's limits now */
export function branchStatus(
  state: BranchState,
  config: BranchConfig,
  budget: GithubBudget,
): BranchStatus {
  const { deploy, frozen } = state;
  const hold = state.holds.github ?? state.holds.batch;
  const [key, failing] = Object.entries(state.outbox).find(([, row]) => row.error !== null) ?? [];
  return {
    branch: config.branch,
    branch_fqn: config.name,
    repo: `${config.owner}/${config.repo}`,
    url: `${config.webUrl}/${config.owner}/${config.repo}`,
    sha: state.head,
    deploy_state: deployState(deploy.kind),
    deploy_sha: 'sha' in deploy ? deploy.sha : null,
    deploy_batch_id: 'batch' in deploy ? deploy.batch : null,
    deploy_failure:
      deploy.kind === 'failed'
        ? failureOf(deploy)
        : deploy.kind === 'unbuildable'
          ? deploy.why.message
          : null,
    n_prs: Object.keys(state.pulls).length,
    merge_candidate: state.candidate === null ? null : `pr-${state.candidate}`,
    running_tests: state.live.filter((batch) => batch.pr !== null).length,
    running_tests_max: config.runningTestsMax,
    frozen: frozen && { ...frozen, since: iso(frozen.since) },
    last_error: hold?.error ?? (failing ? `${key}: ${failing.error}` : unreadWords(state)),
    next_try_at: nextTry(hold?.notBefore ?? failing?.notBefore ?? 0),
    polled_at: state.polledAt === null ? null : iso(state.polledAt),
    next_poll_at: state.polledAt === null ? null : iso(state.polledAt + config.pollEveryMs),
    github_budget: budgetStatus(budget, state, config),
    webhook: webhookStatus(state),
    landed: state.landings.map((landing) => landedStatus(landing, config)),
    kubernetes: kubernetesStatus(state, config),
    deployed_services: deployedServices(state, config),
  };
}

/** While it is tried there is no next time. */
const nextTry = (at: number): string | null => (at === 0 ? null : iso(at));

const webhookStatus = ({ sweep }: BranchState): BranchStatus['webhook'] =>
  sweep && {
    swept_at: iso(sweep.at),
    redelivered: sweep.redelivered,
    problem: sweep.problem,
    next_sweep_at: iso(sweep.nextAt),
  };

function unreadWords({ unread: [first] }: BranchState): string | null {
  return first ? `Batch does not show batch ${first.batch}: ${first.error}` : null;
}

function deployState(kind: BranchState['deploy']['kind']): BranchStatus['deploy_state'] {
  const states = {
    none: null,
    gone: null,
    running: 'running',
    succeeded: 'success',
    failed: 'failure',
    unbuildable: 'checkout_failure',
  } as const;
  return states[kind];
}

export function deployStatus(
  { deploy, branch }: BranchState,
  config: BranchConfig,
  failed: readonly FailedJob[],
): DeployStatus {
  const state = deployState(deploy.kind);
  return {
    branch,
    repo: `${config.owner}/${config.repo}`,
    sha: 'sha' in deploy ? deploy.sha : null,
    deploy_batch_id: 'batch' in deploy ? deploy.batch : null,
    deploy_state: state === 'running' ? null : state,
    failure_information: failureInformation(deploy, config, failed),
  };
}

function failureInformation(
  deploy: BranchState['deploy'],
  config: BranchConfig,
  failed: readonly FailedJob[],
): DeployStatus['failure_information'] {
  if (deploy.kind === 'unbuildable') return deploy.why.message.split('\n');
  return deploy.kind === 'failed' ? failedJobStatuses(deploy.batch, failed, config) : null;
}

export const failedJobStatuses = (
  batch: BatchId,
  failed: readonly FailedJob[],
  config: BranchConfig,
): FailedJobStatus[] =>
  failed.map(({ job, name, state, exitCode, durationMs, reason, log }) => ({
    ...{ job_id: job, name, state, exit_code: exitCode, duration: durationMs, reason },
    log: { main: log },
    url: `${batchUrl(config, batch)}/jobs/${job}`,
  }));

/** Open pull requests in merge-priority order. */
export function pullStatuses(state: BranchState, config: BranchConfig, now: number): PullStatus[] {
  const plan = decide(state, config, now);
  return plan.blocked.flatMap(({ pr, reasons }) => {
    const pull = state.pulls[pr];
    return pull ? [pullStatus(pull, reasons, plan, state, config)] : [];
  });
}

function pullStatus(
  pull: PullRequest,
  reasons: Plan['blocked'][number]['reasons'],
  plan: Plan,
  state: BranchState,
  config: BranchConfig,
): PullStatus {
  const { facts, build } = pull;
  const tested = 'batch' in build ? build : null;
  const targetSha = 'targetSha' in build ? build.targetSha : null;
  const review = reviewReasons(facts, config)[0];
  const check = intendedCheck(pull, state.authorized, config);
  const required = new Set((state.rules?.checks ?? []).map(({ name }) => name));
  return {
    state: 'open',
    number: facts.number,
    title: facts.title,
    author: facts.author.login,
    url: pullUrl(config, facts.number),
    source_branch_name: facts.source.branch,
    source_sha: facts.source.sha,
    labels: [...facts.labels],
    assignees: [...facts.assignees],
    reviewers: [...facts.reviewers],
    review_state: !review
      ? 'approved'
      : review.kind === 'changes_requested'
        ? 'changes_requested'
        : 'pending',
    gh_statuses: Object.fromEntries(
      facts.checks.filter(({ name }) => required.has(name)).map(({ name, state }) => [name, state]),
    ),
    build_state: isAuthorized(facts, state.authorized, config) ? buildState(pull) : 'unauthorized',
    batch_id: tested?.batch ?? null,
    batch_url: tested ? batchUrl(config, tested.batch) : null,
    attempt: pull.attempt,
    target_sha: targetSha,
    tested_sha: tested?.testedSha ?? null,
    out_of_date: build.kind !== 'running' && targetSha !== null && targetSha !== state.head,
    message_edited: tested !== null && tested.messageDigest !== messageDigest(facts, config),
    is_merge_candidate: plan.candidate === facts.number,
    is_mergeable: reasons.every(({ kind }) => kind === 'landing'),
    check: { state: check.state, description: check.description },
    reasons: reasons.map((reason) => {
      const { at, ...sentences } = explain(reason, config);
      return { ...sentences, at: at === null ? null : iso(at) };
    }),
  };
}

function buildState({ build }: PullRequest): PullStatus['build_state'] {
  const states = {
    unbuilt: null,
    running: 'building',
    passed: 'success',
    failed: 'failure',
    unbuildable: 'error',
  } as const;
  return states[build.kind];
}

export const landedStatus = (landing: Landing, config: BranchConfig): LandedStatus => ({
  state: 'landed',
  number: landing.pr,
  title: landing.title,
  author: landing.author,
  url: pullUrl(config, landing.pr),
  merged: true,
  merge_commit_sha: landing.testedSha,
  source_sha: landing.sourceSha,
  target_sha: landing.targetSha,
  tested_sha: landing.testedSha,
  batch_id: landing.batch,
  batch_url: batchUrl(config, landing.batch),
  landed_at: iso(landing.at),
  verified: landing.verified,
});

export const eventStatus = (event: Event): EventStatus => ({ ...event, at: iso(event.at) });

const pullUrl = (config: BranchConfig, number: number): string =>
  `${config.webUrl}/${config.owner}/${config.repo}/pull/${number}`;
