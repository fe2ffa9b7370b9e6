// State + what came of an action -> state: effects, faults, doubts.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import { actionKey } from '../../src/core/action-key.ts';
import { intendedCheck } from '../../src/core/check.ts';
import type { Fault } from '../../src/core/fault.ts';
import { beginAction, foldOutcome } from '../../src/core/fold-outcome.ts';
import { faulted, type Outcome } from '../../src/core/outcome.ts';
import {
  alertOf,
  BRANCH,
  batchFacts,
  configOf,
  HEAD,
  landingOf,
  liveTest,
  NOON,
  outboxOf,
  pullOf,
  running,
  sha,
  sourceOf,
  startTestOf,
  stateOf,
  testedOf,
  treeOf,
  unbuilt,
} from '../support/builders.ts';

const land = { kind: 'land', landing: landingOf(1) } as const;
const settle = { kind: 'settle_landing', landing: landingOf(1) } as const;
const startTest = startTestOf(1);
const startDeploy = { kind: 'start_deploy', sha: HEAD, attempt: 2 } as const;
const started: Outcome = {
  kind: 'test_started',
  action: startTest,
  batch: 101,
  testedSha: testedOf(1),
  testedTree: treeOf(1),
  method: 'squash',
  jobs: 2,
  messageDigest: batchFacts(1).messageDigest,
  passedBefore: null,
};
const conflicts: Unbuildable = { kind: 'conflict', message: 'It conflicts with main.' };
const rowOf = (state: ReturnType<typeof stateOf>, action: Action) =>
  state.outbox[actionKey(BRANCH, action)];
/** As a pass does it: the row is written, then the outcome folded in. */
const perform = (state: ReturnType<typeof stateOf>, outcome: Outcome, random = 0) =>
  foldOutcome(beginAction(state, outcome.action, NOON), outcome, NOON, random);

describe('S7.9 how long a landing is in doubt', () => {
  const land: Action = { kind: 'land', landing: landingOf(1) };
  const held = outboxOf({ action: land, since: NOON - 3_600_000, state: 'failed' });

  it('counts from its last try, not from its first', () => {
    const begun = beginAction(stateOf({ outbox: held }), land, NOON);
    expect(rowOf(begun, land)).toMatchObject({ since: NOON - 3_600_000, triedAt: NOON });
    const lost = faulted(land, { kind: 'unknown', message: '502' });
    const after = foldOutcome(begun, lost, NOON + 5_000, 0);
    expect(rowOf(after, land)).toMatchObject({ state: 'unknown', triedAt: NOON + 5_000 });
    const settle: Action = { kind: 'settle_landing', landing: landingOf(1) };
    const looked = beginAction(after, settle, NOON + 9_000);
    expect(rowOf(looked, land)).toMatchObject({ triedAt: NOON + 5_000 });
  });
});

describe('S6.9 the intent is written down first', () => {
  it('as begun, with nothing known of its effect', () => {
    expect(beginAction(stateOf(), startTest, NOON).outbox).toEqual(
      outboxOf({ action: startTest, state: 'begun', failures: 0, error: null }),
    );
  });

  it('a try after failures keeps their count and the time of the first', () => {
    const outbox = outboxOf({ action: startTest, failures: 3, since: 5, notBefore: 7 });
    expect(rowOf(beginAction(stateOf({ outbox }), startTest, NOON), startTest)).toEqual({
      action: startTest,
      state: 'begun',
      since: 5,
      failures: 3,
      notBefore: 0,
      error: 'no answer',
    });
  });

  it('reading back a landing leaves the landing itself as what is in doubt', () => {
    const outbox = outboxOf({ action: land, state: 'unknown' });
    expect(rowOf(beginAction(stateOf({ outbox }), settle, NOON), land)?.action).toEqual(land);
  });

  it('what was done is in doubt no more', () => {
    expect(perform(stateOf({ pulls: [pullOf(1, { build: unbuilt })] }), started).outbox).toEqual(
      {},
    );
  });
});

describe('S6.1 a test that was started', () => {
  it('runs, and its batch is live', () => {
    const state = perform(stateOf({ pulls: [pullOf(1, { build: unbuilt })] }), started);
    expect([state.pulls[1]?.build, state.live]).toEqual([running(1), [liveTest(1, 101)]]);
  });

  it('twice is one batch (S6.9)', () => {
    const once = perform(stateOf({ pulls: [pullOf(1, { build: unbuilt })] }), started);
    expect(perform(once, started)).toEqual(once);
  });

  it.each<[meanwhile: string, change: Parameters<typeof pullOf>[1]]>([
    ['a push', { build: unbuilt, facts: { source: { ...pullOf(1).facts.source, sha: sha(5) } } }],
    ['a retry', { build: { kind: 'unbuilt', why: 'retry' }, attempt: 2 }],
  ])('is not the test of the pull request any more after %s', (_meanwhile, change) => {
    const pull = pullOf(1, change);
    const state = perform(stateOf({ pulls: [pull] }), started);
    expect([state.pulls[1], state.live]).toEqual([pull, [liveTest(1, 101)]]);
  });

  it('of a pull request that left is an orphan', () => {
    const state = perform(stateOf(), started);
    expect([state.pulls, state.live]).toEqual([{}, [liveTest(1, 101)]]);
  });

  it('cannot be built: the reason stays until one of the commits moves (S6.3, S6.12)', () => {
    const outcome: Outcome = { kind: 'test_unbuildable', action: startTest, why: conflicts };
    const state = perform(stateOf({ pulls: [pullOf(1, { build: unbuilt })] }), outcome);
    expect(state.pulls[1]?.build).toEqual({ kind: 'unbuildable', targetSha: HEAD, why: conflicts });
  });
});

describe('S8.1 a deploy that was started', () => {
  it('runs, is live, and its attempt is remembered', () => {
    const outcome: Outcome = { kind: 'deploy_started', action: startDeploy, batch: 9, jobs: 3 };
    expect(perform(stateOf(), outcome)).toMatchObject({
      deploy: { kind: 'running', sha: HEAD, batch: 9, attempt: 2, jobs: 3 },
      deployAttempts: { [HEAD]: 2 },
      live: [{ id: 9, pr: null, sha: HEAD, cancelRequestedAt: null }],
    });
  });

  it('whose batch is known already is live once', () => {
    const outcome: Outcome = { kind: 'deploy_started', action: startDeploy, batch: 9, jobs: 3 };
    const once = perform(stateOf(), outcome);
    expect(perform(once, outcome).live).toEqual(once.live);
  });

  it('cannot be built: alerts (S8.3)', () => {
    const why: Unbuildable = { kind: 'build_yaml', message: 'build.yaml:3: no such step' };
    const outcome: Outcome = { kind: 'deploy_unbuildable', action: startDeploy, why };
    expect(perform(stateOf(), outcome)).toMatchObject({
      deploy: { kind: 'unbuildable', sha: HEAD, why },
      alerts: [
        {
          cause: `deploy ${HEAD}`,
          text: `acme/bakery:main at ${HEAD} cannot be deployed: build.yaml:3: no such step`,
        },
      ],
    });
  });
});

describe('S3.3 a call that failed', () => {
  const cases: [fault: Fault, state: 'unknown' | 'failed'][] = [
    [{ kind: 'unknown', message: 'x' }, 'unknown'],
    [{ kind: 'unreadable', message: 'x' }, 'unknown'],
    [{ kind: 'refused', message: 'x', status: 404 }, 'failed'],
    [{ kind: 'rate_limited', message: 'x', retryAfterMs: 0 }, 'failed'],
  ];
  it.each(cases)('$kind leaves its effect %s', (fault, state) => {
    expect(rowOf(perform(stateOf(), faulted(startTest, fault)), startTest)?.state).toBe(state);
  });

  it('is tried again after longer and longer pauses, and says why', () => {
    const fault: Fault = { kind: 'unknown', message: 'x' };
    const delays: number[] = [];
    let state = stateOf();
    for (let time = 0; time < 10; time++) {
      state = perform(state, faulted(startTest, fault));
      delays.push((rowOf(state, startTest)?.notBefore ?? 0) - NOON);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 150, 150].map((s) => s * 1000));
    expect(rowOf(state, startTest)).toMatchObject({ failures: 10, error: 'x', since: NOON });
  });

  it('a limit holds the APIs that the action needs, for as long as they ask', () => {
    const fault: Fault = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 90_000 };
    const check = intendedCheck(pullOf(1), [], configOf());
    const post = { kind: 'post_check', pr: 1, sha: sourceOf(1), check } as const;
    expect(perform(stateOf(), faulted(post, fault)).holds).toEqual({
      github: { notBefore: NOON + 90_000, failures: 1, error: 'slow down' },
      batch: null,
      kubernetes: null,
    });
  });

  it.each(['github', 'batch'] as const)(
    'a limit of %s that a test met as it began holds only that',
    (api) => {
      const fault: Fault = { kind: 'rate_limited', message: 'slow down', retryAfterMs: 90_000 };
      const { holds } = perform(stateOf(), faulted(startTest, fault, api));
      expect(holds).toMatchObject({
        github: null,
        batch: null,
        [api]: { notBefore: NOON + 90_000 },
      });
    },
  );
});

describe('S9.1 a check that was posted', () => {
  const check = intendedCheck(pullOf(1), [], configOf());
  const action = { kind: 'post_check', pr: 1, sha: sourceOf(1), check } as const;

  it('is what GitHub shows, as far as we know', () => {
    expect(
      perform(stateOf({ pulls: [pullOf(1)] }), { kind: 'check_posted', action }).pulls,
    ).toEqual({
      1: pullOf(1, { facts: { shown: check }, posted: { sha: sourceOf(1), check, at: NOON } }),
    });
  });

  it('is shown on every pull request that has the commit', () => {
    const sharing = pullOf(4, { facts: { source: pullOf(1).facts.source } });
    const state = stateOf({ pulls: [pullOf(1), pullOf(2), sharing] });
    const { pulls } = perform(state, { kind: 'check_posted', action });
    expect(pulls[4]).toEqual({ ...sharing, facts: { ...sharing.facts, shown: check } });
    expect(pulls[2]).toBe(state.pulls[2]);
  });

  it('on a commit that was pushed over meanwhile says nothing of the new one', () => {
    const source = { ...pullOf(1).facts.source, sha: sha(5) };
    const state = stateOf({ pulls: [pullOf(1, { facts: { source } })] });
    expect(perform(state, { kind: 'check_posted', action }).pulls[1]?.facts.shown).toBe(null);
  });
});

describe('S6.8 chores', () => {
  it('a cancellation is remembered with its time', () => {
    const action = { kind: 'cancel_batch', batch: 101, why: 'x' } as const;
    const state = stateOf({ live: [liveTest(1, 101), liveTest(2, 102)] });
    expect(perform(state, { kind: 'batch_cancelled', action }).live).toEqual([
      { ...liveTest(1, 101), cancelRequestedAt: NOON },
      liveTest(2, 102),
    ]);
  });

  it('a dropped ref and an alert that a channel was told are done with', () => {
    const state = stateOf({
      refsToDrop: ['refs/sluice/main/1', 'refs/sluice/main/2'],
      alerts: [
        { ...alertOf({ cause: 'a' }), sent: [] },
        { ...alertOf({ cause: 'b' }), sent: ['log'] },
      ],
    });
    const dropped = perform(state, {
      kind: 'ref_dropped',
      action: { kind: 'drop_ref', ref: 'refs/sluice/main/1' },
    });
    const alert = { kind: 'alert', channel: 'ops', alert: alertOf({ cause: 'a' }) } as const;
    expect(perform(dropped, { kind: 'alerted', action: alert })).toMatchObject({
      refsToDrop: ['refs/sluice/main/2'],
      alerts: [
        { cause: 'a', sent: ['ops'] },
        { cause: 'b', sent: ['log'] },
      ],
      outbox: {},
    });
  });
});
