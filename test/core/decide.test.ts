// State -> plan: who lands, what keeps the others, the whole plan asserted.
import { describe, expect, it } from 'vitest';
import type { Action } from '../../schemas/action.ts';
import type { BranchState, Deploy, PullRequest } from '../../schemas/state.ts';
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
  openPull,
  outboxOf,
  passed,
  running,
  startTestOf,
  stateOf,
  unbuilt,
  withCheckShown,
} from '../support/builders.ts';

const plan = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  decide(state, configOf(change), NOON);
const actions = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  plan(state, change).actions;
const reasonsOf = (state: BranchState, change: Parameters<typeof configOf>[0] = {}) =>
  plan(state, change).blocked[0]?.reasons;
const land = (number: number): Action => ({ kind: 'land', landing: landingOf(number) });

describe('S7.2 landing', () => {
  it('lands the first that may; the others wait for it', () => {
    expect(plan(stateOf({ pulls: [openPull(1), openPull(2)] }))).toEqual({
      actions: [land(1)],
      waiting: [],
      candidate: 1,
      queue: [1, 2],
      blocked: [
        { pr: 1, reasons: [{ kind: 'landing' }] },
        { pr: 2, reasons: [{ kind: 'behind', candidate: 1 }] },
      ],
    });
  });

  it('does nothing on a branch without pull requests', () => {
    expect(plan(stateOf())).toEqual({
      actions: [],
      waiting: [],
      candidate: null,
      queue: [],
      blocked: [],
    });
  });

  it('tests the first again on the present commit, and only the first', () => {
    const stale = [1, 2].map((number) =>
      openPull(number, { build: passed(number, { targetSha: OLD_HEAD }) }),
    );
    expect(plan(stateOf({ pulls: stale }))).toEqual({
      actions: [startTestOf(1, { reason: 'target_moved' })],
      waiting: [],
      candidate: 1,
      queue: [1, 2],
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
    const state = stateOf({ pulls: [openPull(2)], landings: [landedPull(1, { verified: false })] });
    expect(plan(state)).toEqual({
      actions: [{ kind: 'verify_landing', landing: landingOf(1) }],
      waiting: [],
      candidate: 2,
      queue: [2],
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
      const given = stateOf({
        pulls: [openPull(1), openPull(2), openPull(3, { build: unbuilt })],
        outbox,
      });
      expect(plan(given, { deployable: true }).actions).toEqual([
        { kind: 'settle_landing', landing: landingOf(1) },
      ]);
    },
  );

  it('a landing that certainly had no effect is tried again when it is due', () => {
    const outbox = outboxOf({ action: land(1), notBefore: NOON + 1 });
    const state = stateOf({ pulls: [openPull(1)], outbox });
    expect(plan(state)).toMatchObject({ actions: [], waiting: [land(1)] });
    expect(decide(state, configOf(), NOON + 1)).toMatchObject({ actions: [land(1)], waiting: [] });
  });
});

describe('S7.6 and S7.1 what keeps a green pull request from landing', () => {
  const deploy: Deploy = { kind: 'running', sha: HEAD, batch: 9, attempt: 1, jobs: 1 };
  const frozen = { reason: 'fire', by: 'alice', since: NOON, until: null };
  const parked = { words: 'no', until: NOON + 1, times: 1 };
  const lint = { checks: [{ name: 'lint', app: null }] };

  it.each<
    [situation: string, state: Parameters<typeof stateOf>[0], policy: object, reasons: Reason[]]
  >([
    ['frozen', { frozen }, {}, [{ kind: 'frozen', reason: 'fire', by: 'alice', until: null }]],
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
      [{ kind: 'check_pending', check: 'lint', app: null }],
    ],
    [
      'GitHub refused it lately',
      { pulls: [openPull(1, { parked })] },
      {},
      [{ kind: 'parked', words: 'no', until: NOON + 1 }],
    ],
    [
      'nobody approved it',
      { pulls: [openPull(1, { facts: { review: approvedBy() } })] },
      {},
      [{ kind: 'not_approved', approvals: 0, needed: 1 }],
    ],
    [
      'a do-not-merge label',
      { pulls: [openPull(1, { facts: { labels: ['WIP'] } })] },
      {},
      [{ kind: 'do_not_merge_label', label: 'WIP' }],
    ],
    [
      'its test failed',
      { pulls: [openPull(1, { build: failed(1) })] },
      {},
      [{ kind: 'test_failed', batch: 101, failure: '1 of 2 jobs failed' }],
    ],
    [
      'its test runs',
      { pulls: [openPull(1, { build: running(1) })] },
      {},
      [{ kind: 'test_running', batch: 101, targetSha: HEAD }],
    ],
    [
      'it conflicts',
      { pulls: [openPull(1, { build: conflict() })] },
      {},
      [{ kind: 'unbuildable', why: { kind: 'conflict', message: 'It conflicts with main.' } }],
    ],
    [
      'it waits for a slot',
      {
        pulls: [openPull(1, { build: unbuilt, facts: { review: approvedBy('bob'), draft: true } })],
        live: [liveTest(7, 97), liveTest(8, 98), liveTest(9, 99)],
      },
      {},
      [{ kind: 'draft' }, { kind: 'test_queued', running: 3, max: 3 }],
    ],
  ])('%s', (_situation, state, policy, reasons) => {
    const given = stateOf({ pulls: [openPull(1)], ...state });
    const kinds = actions(given, policy).map(({ kind }) => kind);
    expect([reasonsOf(given, policy), kinds.includes('land')]).toEqual([reasons, false]);
  });

  it('a deploy does not keep it where the branch merges while deploying', () => {
    const state = stateOf({ pulls: [openPull(1)], deploy });
    expect(actions(state, { deployable: true, mergeWhileDeploying: true })).toEqual([land(1)]);
  });

  it('a pause that is over does not keep it', () => {
    const over = { ...parked, until: NOON };
    expect(actions(stateOf({ pulls: [openPull(1, { parked: over })] }))).toEqual([land(1)]);
  });

  it('several reasons are all given, first what is broken, those of the branch last', () => {
    const pull = openPull(1, { build: failed(1), facts: { review: approvedBy(), draft: true } });
    expect(reasonsOf(stateOf({ pulls: [pull], frozen }))?.map(({ kind }) => kind)).toEqual([
      'test_failed',
      'draft',
      'not_approved',
      'frozen',
    ]);
  });
});

describe('S7.7 nobody behind is blocked', () => {
  it.each<[first: string, pull: PullRequest]>([
    ['labelled do-not-test', openPull(1, { build: unbuilt, facts: { labels: ['do-not-test'] } })],
    ['a draft', openPull(1, { facts: { draft: true } })],
    ['refused by GitHub', openPull(1, { parked: { words: 'no', until: NOON + 1, times: 1 } })],
    ['failed', openPull(1, { build: failed(1) })],
    [
      'unauthorized',
      openPull(1, { facts: { author: { login: 'eve', name: 'Eve', email: 'e@x' } } }),
    ],
  ])('by one that is %s', (_first, pull) => {
    const state = stateOf({ pulls: [withCheckShown(pull), openPull(2)], candidate: 1 });
    const { actions, candidate } = plan(state);
    expect([actions[0], candidate]).toEqual([land(2), 2]);
  });

  it('nor by a required check that never reports', () => {
    const checks = [{ name: 'lint', app: null, state: 'success' as const, required: false }];
    const state = stateOf({
      pulls: [openPull(1), openPull(2, { facts: { checks } })],
      rules: { checks: [{ name: 'lint', app: null }] },
      candidate: 1,
    });
    expect(plan(state)).toMatchObject({ actions: [land(2)], candidate: 2 });
  });
});
