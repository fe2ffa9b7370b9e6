// State -> what the API says of a branch and its deploys. Reads nothing but the state.

import type { Event } from '../../schemas/event.ts';
import type { FailedJob } from '../../schemas/failed-job.ts';
import type { BatchId } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';
import type {
  BranchStatus,
  DeployStatus,
  EventStatus,
  FailedJobStatus,
} from '../../schemas/status.ts';
import { batchUrl, failureOf } from '../core/check.ts';
import type { BranchConfig } from '../core/config.ts';
import type { GithubBudget } from '../core/github-budget.ts';
import { budgetStatus } from './budget-status.ts';
import { deployedServices, kubernetesStatus } from './cluster-status.ts';
import { landedStatus } from './pull-status.ts';

/** Milliseconds since the epoch -> ISO 8601. */
const iso = (at: number): string => new Date(at).toISOString();

/** @param budget what is left of GitHub's limits now */
export function branchStatus(
  state: BranchState,
  config: BranchConfig,
  budget: GithubBudget,
): BranchStatus {
  const { deploy, frozen } = state;
  const trouble = troubleOf(state);
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
    frozen: frozen && {
      ...frozen,
      since: iso(frozen.since),
      until: frozen.until === null ? null : iso(frozen.until),
    },
    last_error: trouble.words,
    next_try_at: nextTry(trouble.until),
    polled_at: state.polledAt === null ? null : iso(state.polledAt),
    next_poll_at: state.polledAt === null ? null : iso(state.polledAt + config.pollEveryMs),
    github_budget: budgetStatus(budget, state, config),
    webhook: webhookStatus(state),
    diagnosis: diagnosisStatus(state),
    landed: state.landings.map((landing) => landedStatus(landing, config)),
    kubernetes: kubernetesStatus(state, config),
    deployed_services: deployedServices(state, config),
  };
}

const API_NAMES = { github: 'GitHub', batch: 'Batch' } as const;

/** What fails now, and until when it is not tried: first the APIs that may not be asked, else an action, else a read. */
function troubleOf(state: BranchState): { readonly words: string | null; readonly until: number } {
  const held = (['github', 'batch'] as const).flatMap((api) => {
    const hold = state.holds[api];
    return hold ? [{ words: `${API_NAMES[api]}: ${hold.error}`, until: hold.notBefore }] : [];
  });
  if (held.length > 0)
    return {
      words: held.map(({ words }) => words).join('; '),
      until: Math.min(...held.map(({ until }) => until)),
    };
  const [key, failing] = Object.entries(state.outbox).find(([, row]) => row.error !== null) ?? [];
  return failing
    ? { words: `${key}: ${failing.error}`, until: failing.notBefore }
    : { words: unreadWords(state), until: 0 };
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

const diagnosisStatus = ({ diagnosis }: BranchState): BranchStatus['diagnosis'] =>
  diagnosis && {
    looked_at: diagnosis.at === null ? null : iso(diagnosis.at),
    troubles: diagnosis.troubles.map(({ todo = null, ...found }) => ({ ...found, todo })),
  };

function unreadWords({ unread: [first], unreadPulls }: BranchState): string | null {
  const [pull] = Object.entries(unreadPulls);
  if (pull) return `GitHub's answer about #${pull[0]} could not be read: ${pull[1]}`;
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

export const eventStatus = (event: Event): EventStatus => ({ ...event, at: iso(event.at) });
