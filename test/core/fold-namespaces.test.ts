// S6.6: what becomes of the table of namespaces by a start, by what Batch says, by what the cluster shows, and by what
// came of deleting one.
import { describe, expect, it } from 'vitest';
import type { Namespaces, TestNamespace } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import { type BatchLook, claimNamespaces } from '../../src/core/claim-namespaces.ts';
import type { Deployed } from '../../src/core/deployed-attributes.ts';
import { cleanFlags, isDirty } from '../../src/core/flags.ts';
import { foldNamespaces } from '../../src/core/fold-namespaces.ts';
import { beginAction, foldOutcome } from '../../src/core/fold-outcome.ts';
import { CLEANUP_GRACE_MS, UNCLAIMED_GRACE_MS } from '../../src/core/judge-namespace.ts';
import type { LiveNamespace } from '../../src/core/observation.ts';
import type { NamespaceOutcome } from '../../src/core/outcome.ts';
import { claimTest, registerDeploy, registerTest } from '../../src/core/register-namespace.ts';
import {
  configOf,
  liveNamespace,
  liveTest,
  NOON,
  namespaceOf,
  observedDeploy,
  observedTest,
  outboxOf,
  stateOf,
  testNamespace,
} from '../support/builders.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAME = namespaceOf(1);
const web = { kind: 'Deployment', name: 'web' } as const;
const RUNNING = { kind: 'running' } as const;
const PASSED = { kind: 'passed' } as const;
const of = (row: TestNamespace | undefined): Namespaces => (row ? { [NAME]: row } : {});
const row = (state: BranchState): unknown => state.namespaces[NAME];
const runs = { live: [liveTest(1, 101)] };
const deployed = (services: Deployed['services'] = [], namespace = NAME): Deployed => ({
  namespace,
  services,
});

describe('S6.6 a namespace is registered', () => {
  const register = (state: BranchState) =>
    registerTest(state, { pr: 1, deployed: deployed([web]), now: NOON, expireAfterMs: DAY });

  it('with an expiry and its services, before there is a batch', () => {
    const fresh = testNamespace(1, { batch: null, services: { web: null } });
    expect(register(stateOf()).namespaces).toEqual(of(fresh));
    expect(row(claimTest(register(stateOf()), NAME, 7))).toEqual({ ...fresh, batch: 7 });
  });

  it('anew when its test is started again; what was said of its services stays', () => {
    const old = testNamespace(1, {
      createdAt: 1,
      overSince: 2,
      seen: { uid: 'u', at: 2 },
      fate: { kind: 'gone' },
      services: { web: 5 },
    });
    expect(row(register(stateOf({ namespaces: of(old) })))).toEqual(
      testNamespace(1, { batch: null, services: { web: 5 } }),
    );
  });

  it('of a deploy without an expiry, also where it was known', () => {
    const state = registerDeploy(stateOf(), deployed([web], 'default'), NOON);
    const first = { kind: 'deploy', createdAt: NOON, services: { web: null } };
    expect(state.namespaces).toEqual({ default: first });
    const again = registerDeploy(state, deployed([{ ...web, name: 'api' }], 'default'), NOON + 1);
    expect(again.namespaces).toEqual({
      default: { ...first, services: { web: null, api: null } },
    });
  });

  it('of a deploy into a developer’s, which stays the developer’s', () => {
    const alice = {
      kind: 'developer',
      by: 'alice',
      createdAt: NOON,
      services: { web: 3 },
    } as const;
    const state = stateOf({ namespaces: { alice } });
    expect(registerDeploy(state, deployed([web], 'alice'), NOON + 1).namespaces).toEqual({ alice });
  });
});

describe('S6.6 what Batch says of namespaces', () => {
  const look = (batches: BatchLook['batches'], change: Partial<BatchLook> = {}): BatchLook => ({
    batches,
    at: NOON,
    expireAfterMs: DAY,
    hasKubernetes: true,
    ...change,
  });
  const test = (id: number, status: Parameters<typeof observedTest>[2], namespace = NAME) => ({
    ...observedTest(1, id, status),
    deployed: deployed([web], namespace),
  });
  const registered = testNamespace(1, { batch: null });
  const over = testNamespace(1, { overSince: NOON });

  it.each<
    [
      what: string,
      before: TestNamespace | undefined,
      live: BranchState['live'],
      batches: BatchLook['batches'],
      after: TestNamespace | undefined,
    ]
  >([
    [
      'S2.4 a batch that runs, and that we have forgotten',
      undefined,
      runs.live,
      [test(101, RUNNING)],
      testNamespace(1, { services: { web: null } }),
    ],
    [
      'a batch that is over, and that we have forgotten',
      undefined,
      [],
      [test(101, PASSED)],
      undefined,
    ],
    [
      'a batch whose number we never learned',
      registered,
      runs.live,
      [test(101, RUNNING)],
      testNamespace(1, { services: { web: null } }),
    ],
    ['its batch runs', testNamespace(1), runs.live, [test(101, RUNNING)], testNamespace(1)],
    ['its batch is over', testNamespace(1), [], [test(101, PASSED)], over],
    ['its batch is gone', testNamespace(1), [], [], over],
    ['its batch runs after all', over, runs.live, [], testNamespace(1)],
    [
      'an older batch of the same name is over',
      testNamespace(1),
      runs.live,
      [test(99, PASSED)],
      testNamespace(1),
    ],
    ['nothing of one that is registered', registered, [], [], registered],
    [
      'nothing for long of one that is registered',
      testNamespace(1, { batch: null, createdAt: NOON - UNCLAIMED_GRACE_MS - 1 }),
      [],
      [],
      undefined,
    ],
    [
      'nothing of one that was deleted',
      testNamespace(1, { fate: { kind: 'deleted' }, overSince: NOON }),
      [],
      [],
      undefined,
    ],
    [
      'that the batch of one that was deleted runs on',
      testNamespace(1, { fate: { kind: 'deleted' } }),
      runs.live,
      [test(101, RUNNING)],
      testNamespace(1, { fate: { kind: 'deleted' } }),
    ],
  ])('%s', (_what, before, live, batches, after) => {
    const state = stateOf({ namespaces: of(before), live });
    const next = claimNamespaces(state, look(batches), NOON);
    const services = before && after ? { ...after, services: expect.anything() } : after;
    expect(next.namespaces).toEqual(services ? { [NAME]: services } : {});
    expect(next.batchesReadAt).toBe(NOON);
  });

  it('that is no test’s namespace is left as it is', () => {
    const namespaces = {
      default: { kind: 'deploy', createdAt: 1, services: {} },
      alice: { kind: 'developer', by: null, createdAt: 1, services: {} },
    } as const;
    const state = stateOf({ namespaces });
    const forged = [test(101, PASSED, 'default'), test(102, RUNNING, 'alice')];
    expect(claimNamespaces(state, look(forged), NOON).namespaces).toBe(namespaces);
  });

  it('marks the state for news, and where it may now be known that nobody needs one', () => {
    const isMarked = (change: Parameters<typeof stateOf>[0]) =>
      isDirty(claimNamespaces(stateOf(change), look([test(101, RUNNING)]), NOON).flags.state);
    const namespaces = of(testNamespace(1));
    const unclaimed = { [namespaceOf(2)]: testNamespace(2, { batch: null }) };
    expect(isMarked({ ...runs, namespaces })).toBe(false);
    expect(isMarked({ live: [], namespaces })).toBe(true);
    expect(isMarked({ ...runs, namespaces: { ...namespaces, ...unclaimed } })).toBe(true);
  });

  it.each([
    ['whose batch is over', testNamespace(1), []],
    ['whose time is over', testNamespace(1, { expiresAt: NOON }), runs.live],
  ])('without a Kubernetes one %s is forgotten', (_what, known, live) => {
    const state = stateOf({ namespaces: of(known), live });
    expect(claimNamespaces(state, look([], { hasKubernetes: false }), NOON).namespaces).toEqual({});
  });

  it('S8.4 what the newest deploy deploys, when we have forgotten it', () => {
    const deploy = { kind: 'running', sha: 'x', batch: 9, attempt: 1, jobs: 1 } as never;
    const batch = { ...observedDeploy(9, RUNNING), deployed: deployed([web], 'default') };
    const next = claimNamespaces(stateOf({ deploy }), look([batch]), NOON);
    expect(next.rollout).toEqual({ batch: 9, namespace: 'default', services: [web], read: null });
    expect(next.namespaces['default']).toMatchObject({ kind: 'deploy' });
    const read = { at: NOON, live: [], error: null };
    const known = { ...next, rollout: next.rollout && { ...next.rollout, read } };
    expect(claimNamespaces(known, look([batch]), NOON).rollout).toBe(known.rollout);
    const newer = { ...known, deploy: { ...known.deploy, batch: 10 } as never };
    expect(claimNamespaces(newer, look([]), NOON).rollout).toBeNull();
    expect(claimNamespaces(newer, look([], { at: null }), NOON).rollout).toBe(known.rollout);
  });

  it('S6.6 a look at single batches does not say that no other batch has begun', () => {
    const state = stateOf({ batchesReadAt: NOON - 1 });
    expect(claimNamespaces(state, look([], { at: null }), NOON).batchesReadAt).toBe(NOON - 1);
    expect(claimNamespaces(state, look([], { at: NOON }), NOON).batchesReadAt).toBe(NOON);
  });
});

describe('S6.6 what the cluster shows', () => {
  const fold = (
    state: BranchState,
    namespaces: readonly LiveNamespace[],
    at = NOON,
    config = configOf(),
  ) => foldNamespaces(state, { namespaces, at }, config, NOON);
  const seen = { uid: `uid of ${NAME}`, at: NOON };

  it.each<
    [
      what: string,
      before: TestNamespace | undefined,
      shown: readonly LiveNamespace[],
      after: TestNamespace | undefined,
    ]
  >([
    [
      'one that we do not know: no batch of it, aged by the cluster',
      undefined,
      [liveNamespace(NAME, { createdAt: NOON - HOUR })],
      testNamespace(1, { batch: null, createdAt: NOON - HOUR, expiresAt: NOON + 23 * HOUR, seen }),
    ],
    ['one that is being deleted', undefined, [liveNamespace(NAME, { isEnding: true })], undefined],
    ['one that is not ours', undefined, [liveNamespace(NAME, { labels: {} })], undefined],
    ['one that we know', testNamespace(1), [liveNamespace(NAME)], testNamespace(1, { seen })],
    [
      'one that was made anew',
      testNamespace(1, { seen: { uid: 'old', at: 1 } }),
      [liveNamespace(NAME)],
      testNamespace(1, { seen }),
    ],
    ['not the one of a batch that runs, not yet', testNamespace(1), [], testNamespace(1)],
    ['not the one of a batch that is over', testNamespace(1, { overSince: NOON }), [], undefined],
    [
      'not the one of a batch that is over since the look began',
      testNamespace(1, { overSince: NOON + 1 }),
      [],
      testNamespace(1, { overSince: NOON + 1 }),
    ],
    ['no more the one of no batch', testNamespace(1, { batch: null, seen }), [], undefined],
    [
      'not the one that is registered',
      testNamespace(1, { batch: null }),
      [],
      testNamespace(1, { batch: null }),
    ],
    [
      'one that was deleted: another',
      testNamespace(1, { fate: { kind: 'deleted' } }),
      [liveNamespace(NAME)],
      testNamespace(1, { batch: null, seen }),
    ],
  ])('%s', (_what, before, shown, after) => {
    const next = fold(stateOf({ namespaces: of(before) }), shown);
    expect(next.namespaces).toEqual(of(after));
    expect(next.namespacesReadAt).toBe(NOON);
  });

  it('has Batch read for one that no batch is known for, and no more than once', () => {
    const next = fold(stateOf(), [liveNamespace(NAME)]);
    expect([next.flags.batch, next.flags.state].map(isDirty)).toEqual([true, true]);
    const again = fold({ ...next, flags: cleanFlags }, [liveNamespace(NAME)]);
    expect([again.flags.batch, again.flags.state].map(isDirty)).toEqual([false, false]);
  });

  it('leaves developers’ and deploys’ rows alone', () => {
    const namespaces = {
      default: { kind: 'deploy', createdAt: 1, services: {} },
      alice: { kind: 'developer', by: null, createdAt: 1, services: {} },
    } as const;
    expect(fold(stateOf({ namespaces }), []).namespaces).toBe(namespaces);
  });

  it('of a branch that nobody watches may live until it expires', () => {
    const stray = liveNamespace(NAME);
    const labels = { ...stray.labels, 'sluice/branch': 'gone' };
    expect(row(fold(stateOf(), [{ ...stray, labels }]))).toMatchObject({ stray: true });
  });

  it('ends the hold on Kubernetes, unless it is that nothing may be deleted', () => {
    const hold = { notBefore: 0, failures: 1, error: 'cut', told: 'forbidden' };
    const holds = { github: null, batch: null, kubernetes: hold };
    expect(fold(stateOf({ holds }), []).holds.kubernetes).toBeNull();
    const action = { kind: 'delete_namespace', namespace: NAME } as const;
    const outbox = outboxOf({ action, error: 'forbidden' });
    expect(fold(stateOf({ holds, outbox }), []).holds.kubernetes).toEqual(hold);
  });
});

describe('S6.6 what came of deleting a namespace', () => {
  const action = { kind: 'delete_namespace', namespace: NAME } as const;
  const left = testNamespace(1, { overSince: NOON - CLEANUP_GRACE_MS });
  const perform = (known: TestNamespace, outcome: Omit<NamespaceOutcome, 'action'>) => {
    const begun = beginAction(stateOf({ namespaces: of(known) }), action, NOON);
    const state = foldOutcome(begun, { ...outcome, action } as NamespaceOutcome, NOON, 0);
    expect(state.outbox).toEqual({});
    return row(state);
  };

  it('is remembered until the next look', () => {
    const fates = [{ kind: 'namespace_deleted' }, { kind: 'namespace_gone' }] as const;
    expect(fates.map((outcome) => perform(left, outcome))).toEqual([
      { ...left, fate: { kind: 'deleted' } },
      { ...left, fate: { kind: 'gone' } },
    ]);
    expect(perform(left, { kind: 'namespace_left', why: 'x' } as never)).toEqual({
      ...left,
      fate: { kind: 'left', why: 'x' },
    });
  });

  it('is nothing where another one stands in its place, until that was seen', () => {
    const found = testNamespace(1, {
      batch: null,
      createdAt: 0,
      expiresAt: 1,
      seen: { uid: 'u', at: 1 },
    });
    expect(perform(found, { kind: 'namespace_overtaken' })).toEqual({ ...found, seen: null });
  });

  it('says nothing of a test that was started meanwhile', () => {
    const anew = testNamespace(1, { batch: null });
    expect(perform(anew, { kind: 'namespace_gone' })).toEqual(anew);
  });
});
