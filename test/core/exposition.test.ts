// The text that Prometheus scrapes, read by somebody else's parser; and the counts that it is made of.
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import type { News } from '../../schemas/event.ts';
import {
  LANDING_BOUNDS,
  newCounters,
  withCall,
  withEvent,
  withPass,
  withWebhook,
} from '../../src/core/counters.ts';
import { exposition } from '../../src/core/exposition.ts';
import { unknownBudget } from '../../src/core/github-budget.ts';
import { METRIC_FAMILIES } from '../../src/core/metric-families.ts';
import { branchSamples, type Measured } from '../../src/loop/metrics.ts';
import { configOf, failed, NOON, passed, pullOf, stateOf, unbuilt } from '../support/builders.ts';

const measured = (change: Partial<Measured> = {}): Measured => ({
  ...{ state: stateOf(), config: configOf(), counters: newCounters, budget: unknownBudget },
  now: NOON,
  ...change,
});
const read = (change: Partial<Measured> = {}) =>
  parsePrometheusTextFormat(exposition(METRIC_FAMILIES, branchSamples(measured(change))));
const valuesOf = (name: string, change: Partial<Measured> = {}) =>
  read(change).find((family) => family.name === name)?.metrics;
const branch = 'acme/bakery:main';

describe('S10.5 the metrics of a branch', () => {
  it('are valid, each family once with its type and help', () => {
    const families = read({
      counters: withCall(withEvent(newCounters, landedAfter(60)), 'github', 'ok'),
    });
    const names = families.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type, help } of families)
      expect(METRIC_FAMILIES).toContainEqual({ name, type: type.toLowerCase(), help });
  });

  it('count open pull requests as the predecessor did', () => {
    const state = stateOf({
      pulls: [
        pullOf(1, { build: passed(1) }),
        pullOf(2, { build: passed(2) }),
        pullOf(3, { build: failed(3) }),
        pullOf(4, { build: unbuilt, facts: { author: { login: 'mallory', name: '', email: '' } } }),
      ],
    });
    const metrics = valuesOf('ci_tracked_prs', { state });
    expect(metrics).toHaveLength(3);
    expect(metrics).toEqual(
      expect.arrayContaining(
        [
          ['success', '2'],
          ['failure', '1'],
          ['unauthorized', '1'],
        ].map(([build_state, value]) => ({
          labels: { branch, build_state, review_state: 'approved' },
          value,
        })),
      ),
    );
  });

  it('tell what an operator asks for', () => {
    const state = {
      ...stateOf({ live: [], alerts: [], polledAt: NOON - 5_000 }),
      waiting: { 1: NOON - 600_000, 2: NOON - 60_000 },
      standstill: { of: 'x', since: NOON - 30_000, told: false },
      frozen: { reason: 'a fair', by: 'alice', since: NOON, until: null },
      holds: {
        github: { notBefore: NOON + 9_000, failures: 1, error: 'slow down' },
        batch: null,
        kubernetes: null,
      },
    };
    const left = { limit: 5000, used: 1000, remaining: 4000, resetsAt: NOON };
    const budget = { left: { core: left, graphql: null }, forbidden: null, problem: null };
    const one = (name: string, labels = {}) =>
      valuesOf(name, { state, budget })?.find((metric) =>
        Object.entries(labels).every(([label, value]) => metric.labels?.[label] === value),
      )?.value;
    expect({
      length: one('sluice_queue_length'),
      oldest: one('sluice_queue_oldest_seconds'),
      standstill: one('sluice_standstill_seconds'),
      frozen: one('sluice_frozen'),
      deploy: one('sluice_deploy_state', { state: 'none' }),
      github: one('sluice_api_wait_seconds', { api: 'github' }),
      batch: one('sluice_api_wait_seconds', { api: 'batch' }),
      left: one('sluice_github_budget_remaining', { resource: 'core' }),
    }).toEqual({
      ...{ length: '2', oldest: '600', standstill: '30', frozen: '1', deploy: '1' },
      ...{ github: '9', batch: '0', left: '4000' },
    });
  });

  it('escape what is written by others', () => {
    const nasty = 'a"b\\c\nd';
    const text = exposition(METRIC_FAMILIES, [
      { name: 'sluice_up', labels: { branch: nasty }, value: 1 },
    ]);
    expect(parsePrometheusTextFormat(text)[0]?.metrics[0]?.labels).toEqual({ branch: nasty });
  });
});

const landedAfter = (seconds: number): News => ({
  kind: 'land.landed',
  ...{ pr: 1, text: '', data: { waited_ms: seconds * 1_000 } },
});

describe('S10.5 what is counted', () => {
  it('is the time to land, from its shortest to beyond its longest bound', () => {
    const seconds = [1, 300, 301, 10 ** 6];
    const counters = seconds.map(landedAfter).reduce((c, news) => withEvent(c, news), newCounters);
    const [metric] = valuesOf('sluice_time_to_land_seconds', { counters }) ?? [];
    expect(metric?.buckets).toMatchObject({ 300: '2', 900: '3', 259200: '3', '+Inf': '4' });
    // The parser leaves out the sum of a histogram that has labels.
    const text = exposition(METRIC_FAMILIES, branchSamples(measured({ counters })));
    expect(text).toContain(`sluice_time_to_land_seconds_sum{branch="${branch}"} 1000602\n`);
    expect(text).toContain(`sluice_time_to_land_seconds_count{branch="${branch}"} 4\n`);
    expect(Object.keys(metric?.buckets ?? {})).toHaveLength(LANDING_BOUNDS.length + 1);
  });

  it('is not the time of a landing of which nobody knows since when it waited', () => {
    const { kind, pr, text } = landedAfter(1);
    const counters = withEvent(newCounters, { kind, pr, text, data: { waited_ms: null } });
    expect([counters.secondsToLand, counters.events]).toEqual([
      newCounters.secondsToLand,
      { 'land.landed': 1 },
    ]);
  });

  it('are calls, webhooks and passes', () => {
    const took = { at: NOON, ms: 1_500, crashed: true };
    const counters = withPass(
      withWebhook(withCall(withCall(newCounters, 'batch', 'ok'), 'batch', 'ok'), 'repeated'),
      took,
    );
    const one = (name: string) => valuesOf(name, { counters })?.map(({ value }) => value);
    expect({
      calls: valuesOf('sluice_calls_total', { counters }),
      webhooks: one('sluice_webhooks_total'),
      passes: one('sluice_passes_total'),
      crashed: one('sluice_passes_crashed_total'),
      latency: one('ci_watched_branch_update_latency_seconds'),
      at: one('sluice_last_pass_timestamp_seconds'),
    }).toEqual({
      calls: [{ labels: { branch, api: 'batch', outcome: 'ok' }, value: '2' }],
      ...{ webhooks: ['0', '1'], passes: ['1'], crashed: ['1'], latency: ['1.5'] },
      at: [String(NOON / 1_000)],
    });
  });
});
