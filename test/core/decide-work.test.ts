// State -> plan: what is started, cancelled, deployed and posted, and what waits.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { BranchState, Deploy, PullRequest } from '../../schemas/state.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { decide } from '../../src/core/decide.ts';
import {
  alertOf,
  configOf,
  conflict,
  failed,
  HEAD,
  landedPull,
  landingOf,
  liveTest,
  NOON,
  OLD_HEAD,
  openPull,
  outboxOf,
  pullOf,
  running,
  sha,
  startTestOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const plan = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  decide(state, configOf(change), NOON);
const actions = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  plan(state, change).actions;
const postCheck = (pull: PullRequest): Action => ({
  kind: 'post_check',
  pr: pull.facts.number,
  sha: pull.facts.source.sha,
  check: intendedCheck(pull, [], configOf()),
});

describe('S2.4 nothing starts on half a picture', () => {
  const half: [what: string, state: Parameters<typeof stateOf>[0]][] = [
    ['batches were not read', { batchesReadTo: null }],
    ['rules were not read', { rules: null }],
    ['the branch is not there', { head: null }],
  ];
  it.each(half)('%s: no test, no deploy, no landing', (_what, change) => {
    const pulls = [openPull(1), openPull(2, { build: unbuilt })];
    expect(actions(stateOf({ pulls, ...change }), { deployable: true })).toEqual([]);
  });

  it('a check is not posted before it is known whether a test ran', () => {
    const shown = { ...intendedCheck(pullOf(1), [], configOf()) };
    const pull = pullOf(1, { build: unbuilt, facts: { shown } });
    expect(actions(stateOf({ pulls: [pull], batchesReadTo: null }))).toEqual([]);
  });
});

describe('S6.8 batches that nothing stands behind are cancelled', () => {
  const cancel = (batch: number, pr: number): Action => ({
    kind: 'cancel_batch',
    batch,
    why: `superseded test of #${pr}`,
  });

  it.each<[situation: string, state: BranchState, expected: Action[]]>([
    [
      'the test of an open pull request runs on',
      stateOf({ pulls: [openPull(1, { build: running(1) })] }),
      [],
    ],
    ['the pull request was closed', stateOf({ live: [liveTest(1, 101)] }), [cancel(101, 1)]],
    [
      'a newer batch tests it',
      stateOf({
        pulls: [openPull(1, { build: running(1, { batch: 105 }) })],
        live: [liveTest(1, 101), liveTest(1, 105)],
      }),
      [cancel(101, 1)],
    ],
    [
      'a retry was asked for',
      stateOf({
        pulls: [openPull(1, { attempt: 2, build: { kind: 'unbuilt', why: 'retry' } })],
        live: [liveTest(1, 101)],
      }),
      [cancel(101, 1), startTestOf(1, { attempt: 2, reason: 'retry' })],
    ],
    ['a deploy is never cancelled', stateOf({ live: [{ ...liveTest(1, 9), pr: null }] }), []],
    [
      'asked for a moment ago',
      stateOf({ live: [{ ...liveTest(1, 101), cancelRequestedAt: NOON - 119_999 }] }),
      [],
    ],
    [
      'asked for two minutes ago, without effect',
      stateOf({ live: [{ ...liveTest(1, 101), cancelRequestedAt: NOON - 120_000 }] }),
      [cancel(101, 1)],
    ],
  ])('%s', (_situation, state, expected) => {
    expect(actions(state)).toEqual(expected);
  });
});

describe('S8.2 deploying', () => {
  const deployOf = (kind: 'running' | 'succeeded', of = HEAD): Deploy => ({
    kind,
    sha: of,
    batch: 9,
    attempt: 1,
    jobs: 1,
  });
  const start = (attempt: number): Action => ({ kind: 'start_deploy', sha: HEAD, attempt });

  it.each<[situation: string, state: Parameters<typeof stateOf>[0], expected: Action[]]>([
    ['never deployed', {}, [start(1)]],
    ['the present commit is deployed', { deploy: deployOf('succeeded') }, []],
    ['the branch has moved on', { deploy: deployOf('succeeded', OLD_HEAD) }, [start(1)]],
    ['one runs, and the branch has moved on', { deploy: deployOf('running', OLD_HEAD) }, []],
    [
      'it failed: once a commit',
      {
        deploy: {
          kind: 'failed',
          sha: HEAD,
          batch: 9,
          attempt: 1,
          jobs: 1,
          failure: 'x',
          failedJobs: [],
        },
      },
      [],
    ],
    [
      'it cannot be built: once a commit',
      { deploy: { kind: 'unbuildable', sha: HEAD, why: { kind: 'build_yaml', message: 'x' } } },
      [],
    ],
    [
      'its batch is gone: under the next attempt',
      { deploy: { kind: 'gone', sha: HEAD }, deployAttempts: { [HEAD]: 1 } },
      [start(2)],
    ],
    [
      'the branch came back to a commit that was deployed before',
      { deploy: deployOf('succeeded', OLD_HEAD), deployAttempts: { [HEAD]: 4 } },
      [start(5)],
    ],
    ['frozen', { frozen: { reason: 'fire', by: 'alice', since: NOON, until: null } }, []],
    [
      'frozen until now',
      { frozen: { reason: 'fire', by: 'alice', since: NOON - 9, until: NOON } },
      [start(1)],
    ],
  ])('%s', (_situation, state, expected) => {
    expect(actions(stateOf(state), { deployable: true })).toEqual(expected);
  });

  it.each(['exact', 'github'] as const)('mode %s: what landed, before it is read back', (mode) => {
    const landings = [landedPull(1, { mode, verified: false })];
    const verify: Action = { kind: 'verify_landing', landing: { ...landingOf(1), mode } };
    expect(actions(stateOf({ landings }), { deployable: true })).toEqual(
      mode === 'exact' ? [verify, start(1)] : [verify],
    );
  });

  it('not on a branch that is not deployable', () => {
    expect(actions(stateOf())).toEqual([]);
  });
});

describe('S9.1 and S9.2 a check is posted when GitHub shows another', () => {
  it('whatever GitHub shows that is wrong is made right', () => {
    const right = intendedCheck(pullOf(1), [], configOf());
    const shown = [
      null,
      { ...right, state: 'pending' as const },
      { ...right, description: 'Testing' },
      { ...right, url: '' },
    ];
    const posts = shown.map((check) => {
      const pull = pullOf(1, { facts: { shown: check, draft: true } });
      return actions(stateOf({ pulls: [pull] }));
    });
    expect(posts).toEqual(shown.map(() => [postCheck(pullOf(1))]));
  });

  it('what is right is left alone', () => {
    expect(actions(stateOf({ pulls: [openPull(1, { facts: { draft: true } })] }))).toEqual([]);
  });

  it('the pending check goes before the test', () => {
    const pull = pullOf(1, { build: unbuilt });
    expect(actions(stateOf({ pulls: [pull] }))).toEqual([postCheck(pull), startTestOf(1)]);
  });

  it('of two with the same commit, the older one has the check', () => {
    const source = { ...pullOf(1).facts.source };
    const pulls = [
      pullOf(1, { facts: { draft: true } }),
      pullOf(2, { build: running(2), facts: { source, draft: true } }),
    ];
    const shown = pulls.map((pull) => intendedCheck(pull, [], configOf()));
    const posts = [null, ...shown].map((check) =>
      actions(
        stateOf({ pulls: pulls.map((p) => ({ ...p, facts: { ...p.facts, shown: check } })) }),
      ).filter(({ kind }) => kind === 'post_check'),
    );
    expect(posts).toEqual([[postCheck(pullOf(1))], [], [postCheck(pullOf(1))]]);
  });

  it('one whose batch is over does not stay pending (the hang)', () => {
    const pending = intendedCheck(pullOf(1, { build: running(1) }), [], configOf());
    const pull = pullOf(1, { build: failed(1), facts: { shown: pending } });
    expect(actions(stateOf({ pulls: [pull] }))).toEqual([postCheck(pull)]);
  });
});

describe('S3.3 what failed waits', () => {
  it('an API that asked us to wait holds every action that needs it, and no other', () => {
    const hold = { notBefore: NOON + 1, failures: 1, error: 'slow down' };
    const given = stateOf({
      pulls: [pullOf(1, { build: unbuilt })],
      live: [liveTest(9, 99)],
      alerts: [{ ...alertOf(), sent: [] }],
    });
    const held = (api: 'github' | 'batch') =>
      actions({ ...given, holds: { ...given.holds, [api]: hold } }).map(({ kind }) => kind);
    expect([held('github'), held('batch')]).toEqual([
      ['cancel_batch', 'alert'],
      ['post_check', 'alert'],
    ]);
  });

  it('a test that could not be started says why and when it is tried again', () => {
    const action = startTestOf(1);
    const outbox = outboxOf({ action, notBefore: NOON + 5, error: 'no answer (502)' });
    const given = stateOf({ pulls: [openPull(1, { build: unbuilt })], outbox });
    expect(plan(given)).toEqual({
      actions: [],
      waiting: [action],
      candidate: 1,
      queue: [1],
      blocked: [
        {
          pr: 1,
          reasons: [
            {
              kind: 'call_failing',
              what: 'test',
              error: 'no answer (502)',
              retryAt: NOON + 5,
            },
          ],
        },
      ],
    });
  });

  it.each(['github', 'batch'] as const)('so does one that waits for %s', (api) => {
    const hold = { notBefore: NOON + 5, failures: 1, error: 'try later' };
    const holds = { github: null, batch: null, kubernetes: null, [api]: hold };
    const given = stateOf({ pulls: [openPull(1, { build: unbuilt })], holds });
    const reason = { kind: 'call_failing', what: 'test', error: 'try later', retryAt: NOON + 5 };
    expect(plan(given).blocked).toEqual([{ pr: 1, reasons: [reason] }]);
  });

  it('chores are done too', () => {
    const given = stateOf({
      refsToDrop: ['refs/sluice/main/4'],
      alerts: [{ ...alertOf(), sent: [] }],
    });
    expect(actions(given)).toEqual([
      { kind: 'drop_ref', ref: 'refs/sluice/main/4' },
      { kind: 'alert', channel: 'log', alert: alertOf() },
    ]);
  });
});

describe('S6.12 a conflict is reported once', () => {
  it('and tried again when the branch moves', () => {
    const given = (target: typeof HEAD) =>
      stateOf({ pulls: [openPull(1, { build: conflict(target) })] });
    expect([actions(given(HEAD)), actions(given(sha(3)))]).toEqual([
      [],
      [startTestOf(1, { reason: 'target_moved' })],
    ]);
  });
});
