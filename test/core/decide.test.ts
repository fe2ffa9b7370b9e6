// State -> plan, one judgement a test, the whole plan asserted.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { BranchState, Deploy, PullRequest } from '../../schemas/state.ts';
import { intendedCheck } from '../../src/core/check.ts';
import { decide } from '../../src/core/decide.ts';
import type { Reason } from '../../src/core/reason.ts';
import {
  approvedBy,
  configOf,
  conflict,
  failed,
  HEAD,
  landedPull,
  landingOf,
  liveTest,
  NOON,
  OLD_HEAD,
  outboxOf,
  passed,
  pullOf,
  running,
  sha,
  sourceOf,
  stateOf,
  unbuilt,
  withCheckShown,
} from '../support/builders.ts';

const config = configOf();
const open = (number: number, change: Parameters<typeof pullOf>[1] = {}): PullRequest =>
  withCheckShown(pullOf(number, change));
const plan = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  decide(state, configOf(change), NOON);
const actions = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  plan(state, change).actions;
const reasonsOf = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  plan(state, change).blocked[0]?.reasons;

const land = (number: number): Action => ({ kind: 'land', landing: landingOf(number) });
const startTest = (pr: number, change: object = {}): Action => ({
  kind: 'start_test',
  pr,
  sourceSha: sourceOf(pr),
  targetSha: HEAD,
  attempt: 1,
  reason: 'new_commit',
  ...change,
});
const postCheck = (pull: PullRequest): Action => ({
  kind: 'post_check',
  pr: pull.facts.number,
  sha: pull.facts.source.sha,
  check: intendedCheck(pull, [], config),
});

describe('S7.2 landing', () => {
  it('lands the first that may; the others wait for it', () => {
    expect(plan(stateOf({ pulls: [open(1), open(2)] }))).toEqual({
      actions: [land(1)],
      waiting: [],
      candidate: 1,
      blocked: [
        { pr: 1, reasons: [{ kind: 'landing' }] },
        { pr: 2, reasons: [{ kind: 'behind', candidate: 1 }] },
      ],
    });
  });

  it('does nothing on a branch without pull requests', () => {
    expect(plan(stateOf())).toEqual({ actions: [], waiting: [], candidate: null, blocked: [] });
  });

  it('tests the first again on the present commit, and only the first', () => {
    const stale = [1, 2].map((number) =>
      open(number, { build: passed(number, { targetSha: OLD_HEAD }) }),
    );
    expect(plan(stateOf({ pulls: stale }))).toEqual({
      actions: [startTest(1, { reason: 'target_moved' })],
      waiting: [],
      candidate: 1,
      blocked: [
        { pr: 1, reasons: [{ kind: 'test_starting' }] },
        {
          pr: 2,
          reasons: [
            { kind: 'stale_test', testedOn: OLD_HEAD, branchAt: HEAD },
            { kind: 'behind', candidate: 1 },
          ],
        },
      ],
    });
  });

  it('waits until the landing before it was read back (S7.9)', () => {
    const state = stateOf({ pulls: [open(2)], landings: [landedPull(1, { verified: false })] });
    expect(plan(state)).toEqual({
      actions: [{ kind: 'verify_landing', landing: landingOf(1) }],
      waiting: [],
      candidate: 2,
      blocked: [{ pr: 2, reasons: [{ kind: 'landing_in_doubt', pr: 1 }] }],
    });
  });

  it("closes a fork's pull request once its landing was read back", () => {
    const landed = (verified: boolean) =>
      actions(stateOf({ landings: [landedPull(1, { toClose: true, verified })] }));
    expect([landed(false), landed(true)]).toEqual([
      [{ kind: 'verify_landing', landing: landingOf(1) }],
      [{ kind: 'close_landed', pr: 1, landedSha: landingOf(1).testedSha }],
    ]);
  });

  it.each(['begun', 'unknown'] as const)(
    'a landing that is %s is read back before anything else lands or starts',
    (state) => {
      const outbox = outboxOf({ action: land(1), state });
      const given = stateOf({ pulls: [open(1), open(2), open(3, { build: unbuilt })], outbox });
      expect(plan(given, { deployable: true }).actions).toEqual([
        { kind: 'settle_landing', landing: landingOf(1) },
      ]);
    },
  );

  it('a landing that certainly had no effect is tried again when it is due', () => {
    const outbox = outboxOf({ action: land(1), notBefore: NOON + 1 });
    const state = stateOf({ pulls: [open(1)], outbox });
    expect(plan(state)).toMatchObject({ actions: [], waiting: [land(1)] });
    expect(decide(state, config, NOON + 1)).toMatchObject({ actions: [land(1)], waiting: [] });
  });
});

describe('S7.6 and S7.1 what keeps a green pull request from landing', () => {
  const deploy: Deploy = { kind: 'running', sha: HEAD, batch: 9, attempt: 1, jobs: 1 };
  const frozen = { reason: 'fire', by: 'alice', since: NOON };
  const parked = { words: 'no', until: NOON + 1, times: 1 };
  const lint = { checks: [{ name: 'lint', app: null }] };

  it.each<
    [situation: string, state: Parameters<typeof stateOf>[0], policy: object, reasons: Reason[]]
  >([
    ['frozen', { frozen }, {}, [{ kind: 'frozen', reason: 'fire', by: 'alice' }]],
    [
      'a branch that is not mergeable',
      {},
      { mergeable: false },
      [{ kind: 'branch_not_mergeable' }],
    ],
    ['a deploy runs', { deploy }, { deployable: true }, [{ kind: 'deploying', batch: 9 }]],
    ['the branch is gone', { head: null }, {}, [{ kind: 'branch_missing' }]],
    ['its rules were never read', { rules: null }, {}, [{ kind: 'branch_not_read' }]],
    ['Batch was never read', { batchesReadTo: null }, {}, [{ kind: 'branch_not_read' }]],
    [
      'a required check is missing',
      { rules: lint },
      {},
      [{ kind: 'check_pending', check: 'lint' }],
    ],
    [
      'GitHub refused it lately',
      { pulls: [open(1, { parked })] },
      {},
      [{ kind: 'parked', words: 'no', until: NOON + 1 }],
    ],
    [
      'nobody approved it',
      { pulls: [open(1, { facts: { review: approvedBy() } })] },
      {},
      [{ kind: 'not_approved', approvals: 0, needed: 1 }],
    ],
    [
      'a do-not-merge label',
      { pulls: [open(1, { facts: { labels: ['WIP'] } })] },
      {},
      [{ kind: 'do_not_merge_label', label: 'WIP' }],
    ],
    [
      'its test failed',
      { pulls: [open(1, { build: failed(1) })] },
      {},
      [{ kind: 'test_failed', batch: 101, failure: '1 of 2 jobs failed' }],
    ],
    [
      'its test runs',
      { pulls: [open(1, { build: running(1) })] },
      {},
      [{ kind: 'test_running', batch: 101, targetSha: HEAD }],
    ],
    [
      'it conflicts',
      { pulls: [open(1, { build: conflict() })] },
      {},
      [{ kind: 'unbuildable', why: { kind: 'conflict', message: 'It conflicts with main.' } }],
    ],
    [
      'it waits for a slot',
      {
        pulls: [open(1, { build: unbuilt, facts: { review: approvedBy('bob'), draft: true } })],
        live: [liveTest(7, 97), liveTest(8, 98), liveTest(9, 99)],
      },
      {},
      [{ kind: 'draft' }, { kind: 'test_queued', running: 3, max: 3 }],
    ],
  ])('%s', (_situation, state, policy, reasons) => {
    const given = stateOf({ pulls: [open(1)], ...state });
    const kinds = actions(given, policy).map(({ kind }) => kind);
    expect([reasonsOf(given, policy), kinds.includes('land')]).toEqual([reasons, false]);
  });

  it('a deploy does not keep it where the branch merges while deploying', () => {
    const state = stateOf({ pulls: [open(1)], deploy });
    expect(actions(state, { deployable: true, mergeWhileDeploying: true })).toEqual([land(1)]);
  });

  it('a pause that is over does not keep it', () => {
    const over = { ...parked, until: NOON };
    expect(actions(stateOf({ pulls: [open(1, { parked: over })] }))).toEqual([land(1)]);
  });

  it('several reasons are all given, its own first, those of the branch last', () => {
    const pull = open(1, { build: failed(1), facts: { review: approvedBy(), draft: true } });
    expect(reasonsOf(stateOf({ pulls: [pull], frozen }))?.map(({ kind }) => kind)).toEqual([
      'draft',
      'not_approved',
      'test_failed',
      'frozen',
    ]);
  });
});

describe('S7.7 nobody behind is blocked', () => {
  it.each<[first: string, pull: PullRequest]>([
    ['labelled do-not-test', open(1, { build: unbuilt, facts: { labels: ['do-not-test'] } })],
    ['a draft', open(1, { facts: { draft: true } })],
    ['refused by GitHub', open(1, { parked: { words: 'no', until: NOON + 1, times: 1 } })],
    ['failed', open(1, { build: failed(1) })],
    ['unauthorized', open(1, { facts: { author: { login: 'eve', name: 'Eve', email: 'e@x' } } })],
  ])('by one that is %s', (_first, pull) => {
    const state = stateOf({ pulls: [withCheckShown(pull), open(2)], candidate: 1 });
    expect(plan(state)).toMatchObject({ actions: [land(2)], candidate: 2 });
  });

  it('nor by a required check that never reports', () => {
    const checks = [{ name: 'lint', app: null, state: 'success' as const }];
    const state = stateOf({
      pulls: [open(1), open(2, { facts: { checks } })],
      rules: { checks: [{ name: 'lint', app: null }] },
      candidate: 1,
    });
    expect(plan(state)).toMatchObject({ actions: [land(2)], candidate: 2 });
  });
});

describe('S2.4 nothing starts on half a picture', () => {
  const half: [what: string, state: Parameters<typeof stateOf>[0]][] = [
    ['batches were not read', { batchesReadTo: null }],
    ['rules were not read', { rules: null }],
    ['the branch is not there', { head: null }],
  ];
  it.each(half)('%s: no test, no deploy, no landing', (_what, change) => {
    const pulls = [open(1), open(2, { build: unbuilt })];
    expect(actions(stateOf({ pulls, ...change }), { deployable: true })).toEqual([]);
  });

  it('a check is not posted before it is known whether a test ran', () => {
    const shown = { ...intendedCheck(pullOf(1), [], config) };
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
      stateOf({ pulls: [open(1, { build: running(1) })] }),
      [],
    ],
    ['the pull request was closed', stateOf({ live: [liveTest(1, 101)] }), [cancel(101, 1)]],
    [
      'a newer batch tests it',
      stateOf({
        pulls: [open(1, { build: running(1, { batch: 105 }) })],
        live: [liveTest(1, 101), liveTest(1, 105)],
      }),
      [cancel(101, 1)],
    ],
    [
      'a retry was asked for',
      stateOf({
        pulls: [open(1, { attempt: 2, build: { kind: 'unbuilt', why: 'retry' } })],
        live: [liveTest(1, 101)],
      }),
      [cancel(101, 1), startTest(1, { attempt: 2, reason: 'retry' })],
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
      { deploy: { kind: 'failed', sha: HEAD, batch: 9, attempt: 1, jobs: 1, failure: 'x' } },
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
    ['frozen', { frozen: { reason: 'fire', by: 'alice', since: NOON } }, []],
  ])('%s', (_situation, state, expected) => {
    expect(actions(stateOf(state), { deployable: true })).toEqual(expected);
  });

  it('not on a branch that is not deployable', () => {
    expect(actions(stateOf())).toEqual([]);
  });
});

describe('S9.1 and S9.2 a check is posted when GitHub shows another', () => {
  it('whatever GitHub shows that is wrong is made right', () => {
    const right = intendedCheck(pullOf(1), [], config);
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
    expect(actions(stateOf({ pulls: [open(1, { facts: { draft: true } })] }))).toEqual([]);
  });

  it('the pending check goes before the test', () => {
    const pull = pullOf(1, { build: unbuilt });
    expect(actions(stateOf({ pulls: [pull] }))).toEqual([postCheck(pull), startTest(1)]);
  });

  it('one whose batch is over does not stay pending (the hang)', () => {
    const pending = intendedCheck(pullOf(1, { build: running(1) }), [], config);
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
      alerts: [{ cause: 'x', text: 'y' }],
    });
    const held = (api: 'github' | 'batch') =>
      actions({ ...given, holds: { ...given.holds, [api]: hold } }).map(({ kind }) => kind);
    expect([held('github'), held('batch')]).toEqual([
      ['cancel_batch', 'alert'],
      ['post_check', 'alert'],
    ]);
  });

  it('a test that could not be started says why and when it is tried again', () => {
    const action = startTest(1);
    const outbox = outboxOf({ action, notBefore: NOON + 5, error: 'no answer (502)' });
    const given = stateOf({ pulls: [open(1, { build: unbuilt })], outbox });
    expect(plan(given)).toEqual({
      actions: [],
      waiting: [action],
      candidate: 1,
      blocked: [
        {
          pr: 1,
          reasons: [
            { kind: 'test_starting' },
            { kind: 'call_failing', error: 'no answer (502)', retryAt: NOON + 5 },
          ],
        },
      ],
    });
  });

  it('chores are done too', () => {
    const given = stateOf({ refsToDrop: [4], alerts: [{ cause: 'x', text: 'y' }] });
    expect(actions(given)).toEqual([
      { kind: 'drop_ref', pr: 4 },
      { kind: 'alert', cause: 'x', text: 'y' },
    ]);
  });
});

describe('S6.12 a conflict is reported once', () => {
  it('and tried again when the branch moves', () => {
    const given = (target: typeof HEAD) =>
      stateOf({ pulls: [open(1, { build: conflict(target) })] });
    expect([actions(given(HEAD)), actions(given(sha(3)))]).toEqual([
      [],
      [startTest(1, { reason: 'target_moved' })],
    ]);
  });
});
