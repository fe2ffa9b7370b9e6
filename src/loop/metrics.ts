// State and counts -> what Prometheus is told of a branch. Asks nobody anything.
import type { Counters } from '../../schemas/counters.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from '../core/config.ts';
import { LANDING_BOUNDS } from '../core/counters.ts';
import type { Sample } from '../core/exposition.ts';
import { freezeAt } from '../core/freeze.ts';
import type { GithubBudget } from '../core/github-budget.ts';
import { pastOf } from '../core/past.ts';
import { pullStatuses, viewOf } from './pull-status.ts';

const DEPLOY_STATES = ['none', 'running', 'succeeded', 'failed', 'gone', 'unbuildable'] as const;

export interface Measured {
  readonly state: BranchState;
  readonly config: BranchConfig;
  readonly counters: Counters;
  readonly budget: GithubBudget;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function branchSamples(measured: Measured): Sample[] {
  const branch = { branch: measured.config.name };
  return [
    ...trackedPulls(measured),
    ...queueSamples(measured),
    ...stateSamples(measured),
    ...apiSamples(measured),
    ...countSamples(measured.counters),
  ].map(({ labels, ...sample }) => ({ ...sample, labels: { ...branch, ...labels } }));
}

const sample = (name: string, value: number, labels: Sample['labels'] = {}): Sample => ({
  name,
  labels,
  value,
});

function trackedPulls({ state, config, now }: Measured): Sample[] {
  const counts = new Map<string, { labels: Sample['labels']; count: number }>();
  for (const { build_state, review_state } of pullStatuses(
    viewOf(state, config, pastOf([]), now),
  )) {
    const labels = { build_state: build_state ?? 'none', review_state };
    const key = Object.values(labels).join();
    counts.set(key, { labels, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ labels, count }) => sample('ci_tracked_prs', count, labels));
}

function queueSamples({ state, config, now }: Measured): Sample[] {
  const since = Object.values(state.waiting);
  const tests = state.live.filter(({ pr }) => pr !== null);
  return [
    sample('sluice_queue_length', since.length),
    sample('sluice_queue_oldest_seconds', since.length && seconds(now - Math.min(...since))),
    sample(
      'sluice_standstill_seconds',
      state.standstill ? seconds(now - state.standstill.since) : 0,
    ),
    sample('sluice_tests_running', tests.length),
    sample('sluice_tests_limit', config.runningTestsMax),
  ];
}

function stateSamples({ state, now }: Measured): Sample[] {
  const outbox = Object.values(state.outbox);
  return [
    sample('sluice_frozen', freezeAt(state, now) ? 1 : 0),
    ...DEPLOY_STATES.map((kind) =>
      sample('sluice_deploy_state', state.deploy.kind === kind ? 1 : 0, { state: kind }),
    ),
    ...(['begun', 'unknown', 'failed'] as const).map((kind) =>
      sample('sluice_outbox', outbox.filter((row) => row.state === kind).length, { state: kind }),
    ),
    sample('sluice_alerts_pending', state.alerts.length),
    sample('sluice_last_poll_timestamp_seconds', seconds(state.polledAt ?? 0)),
  ];
}

function apiSamples({ state, budget, now }: Measured): Sample[] {
  return [
    ...Object.entries(state.holds).map(([api, hold]) =>
      sample('sluice_api_wait_seconds', seconds(Math.max(0, (hold?.notBefore ?? 0) - now)), {
        api,
      }),
    ),
    ...(['core', 'graphql'] as const).flatMap((resource) => {
      const left = budget.left[resource];
      if (left === null) return [];
      return [
        sample('sluice_github_budget_remaining', left.remaining, { resource }),
        sample('sluice_github_budget_limit', left.limit, { resource }),
      ];
    }),
  ];
}

function countSamples(counters: Counters): Sample[] {
  const { counts, sum } = counters.secondsToLand;
  const bounds = [...LANDING_BOUNDS.map(String), '+Inf'];
  const upTo = (place: number) => counts.slice(0, place + 1).reduce((a, b) => a + b, 0);
  return [
    sample('ci_watched_branch_update_latency_seconds', counters.lastPassSeconds),
    sample('sluice_last_pass_timestamp_seconds', seconds(counters.lastPassAt)),
    sample('sluice_passes_total', counters.passes),
    sample('sluice_passes_crashed_total', counters.crashes),
    sample('sluice_pass_seconds_total', counters.passSeconds),
    ...Object.entries(counters.calls).map(([key, count]) => {
      const [api = '', outcome = ''] = key.split(' ');
      return sample('sluice_calls_total', count, { api, outcome });
    }),
    ...Object.entries(counters.events).map(([kind, count]) =>
      sample('sluice_events_total', count, { kind }),
    ),
    ...Object.entries(counters.webhooks).map(([result, count]) =>
      sample('sluice_webhooks_total', count, { result }),
    ),
    ...bounds.map((le, place) => sample('sluice_time_to_land_seconds_bucket', upTo(place), { le })),
    sample('sluice_time_to_land_seconds_sum', sum),
    sample('sluice_time_to_land_seconds_count', upTo(counts.length)),
  ];
}

const seconds = (ms: number): number => ms / 1000;
