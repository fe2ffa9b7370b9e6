// S6.6: when a namespace may be deleted, which one in the cluster is ours, and when the cluster is looked at.
import { describe, expect, it } from 'vitest';
import type { NamespaceRow } from '../../schemas/namespace.ts';
import {
  CLEANUP_GRACE_MS,
  deletableAt,
  isListDue,
  isSeenOne,
  UNCLAIMED_GRACE_MS,
  whyNotOurs,
} from '../../src/core/judge-namespace.ts';
import { namespaceSelector } from '../../src/core/test-namespace.ts';
import { configOf, liveNamespace, NOON, namespaceOf, testNamespace } from '../support/builders.ts';

const HOUR = 3_600_000;
const EXPIRY = NOON + 24 * HOUR;
const everyNamespace = { createdAt: NOON, services: {} };
const seen = { uid: 'u', at: NOON + HOUR };

describe('S6.6 when a namespace may be deleted', () => {
  it.each<[what: string, row: NamespaceRow, batchesReadAt: number | null, at: number | null]>([
    ['where the branch is deployed', { kind: 'deploy', ...everyNamespace }, NOON, null],
    ['a developer’s', { kind: 'developer', by: null, ...everyNamespace }, NOON, null],
    ['its batch runs', testNamespace(1), NOON, EXPIRY],
    ['its batch is over', testNamespace(1, { overSince: NOON }), NOON, NOON + CLEANUP_GRACE_MS],
    [
      'its batch is over just before its time is',
      testNamespace(1, { overSince: EXPIRY - 1 }),
      NOON,
      EXPIRY,
    ],
    ['it is registered, and nobody has seen it', testNamespace(1, { batch: null }), NOON, null],
    [
      'no batch is known for it',
      testNamespace(1, { batch: null, seen }),
      seen.at,
      NOON + UNCLAIMED_GRACE_MS,
    ],
    [
      'no batch is known for it, but Batch was not read since',
      testNamespace(1, { batch: null, seen }),
      seen.at - 1,
      EXPIRY,
    ],
    [
      'no batch is known for it, but Batch was never read',
      testNamespace(1, { batch: null, seen }),
      null,
      EXPIRY,
    ],
    [
      'it is of a branch that nobody watches',
      testNamespace(1, { batch: null, seen, stray: true }),
      seen.at,
      EXPIRY,
    ],
    [
      'it was deleted',
      testNamespace(1, { overSince: NOON, fate: { kind: 'deleted' } }),
      NOON,
      null,
    ],
    [
      'it was left alone',
      testNamespace(1, { overSince: NOON, fate: { kind: 'left', why: 'x' } }),
      NOON,
      null,
    ],
  ])('%s', (_what, row, batchesReadAt, at) => {
    expect(deletableAt(row, { batchesReadAt })).toBe(at);
  });

  it('is the very one that was seen, where no batch says that it is the one', () => {
    const unclaimed = testNamespace(1, { batch: null, seen });
    expect([isSeenOne(unclaimed, 'u'), isSeenOne(unclaimed, 'v')]).toEqual([true, false]);
    expect(isSeenOne(testNamespace(1), 'v')).toBe(true);
    expect(isSeenOne(undefined, 'u')).toBe(false);
  });
});

describe('S6.6 a namespace in the cluster is ours', () => {
  const name = namespaceOf(1);
  const ours = liveNamespace(name);
  const labelled = (change: Record<string, string>) => ({
    ...ours,
    labels: { ...ours.labels, ...change },
  });
  const { namespaces } = configOf();
  /** Looks after what nobody watches, but not after `stable`. */
  const first = configOf({ namespaces: { ...namespaces, otherLabels: ['stable'] } });
  const other = configOf({ namespaces: { ...namespaces, otherLabels: null } });

  it('by its name and its labels', () => {
    expect([first, other].map((config) => whyNotOurs(ours, config))).toEqual([null, null]);
  });

  it.each([
    ['default', { ...ours, name: 'default' }, 'it has no name that we give to tests'],
    ['another name', { ...ours, name: 'alice' }, 'it has no name that we give to tests'],
    ['no labels', { ...ours, labels: {} }, 'it does not carry the label'],
    [
      'somebody else’s label',
      labelled({ 'app.kubernetes.io/managed-by': 'helm' }),
      'it does not carry the label app.kubernetes.io/managed-by=sluice',
    ],
    ['another CI', labelled({ 'sluice/ci-namespace': 'ci-2' }), 'another CI’s'],
    ['another branch', labelled({ 'sluice/branch': 'stable' }), 'another branch’s'],
  ])('not with %s', (_what, live, why) => {
    expect(whyNotOurs(live, first)).toContain(why);
    expect(whyNotOurs(live, other)).toContain(why);
  });

  it('if it is of a branch that nobody watches, for one branch alone', () => {
    const stray = labelled({ 'sluice/branch': 'gone' });
    expect(whyNotOurs(stray, first)).toBeNull();
    expect(whyNotOurs(stray, other)).toContain('another branch’s');
  });

  it.each([
    [[], 'app.kubernetes.io/managed-by=sluice,sluice/ci-namespace=default'],
    [
      ['a', 'b'],
      'app.kubernetes.io/managed-by=sluice,sluice/ci-namespace=default,sluice/branch notin (a,b)',
    ],
    [null, 'app.kubernetes.io/managed-by=sluice,sluice/ci-namespace=default,sluice/branch=main'],
  ])('is listed by its labels, with others at %j', (otherLabels, selector) => {
    expect(namespaceSelector(configOf({ namespaces: { ...namespaces, otherLabels } }))).toBe(
      selector,
    );
  });
});

describe('S6.6 the cluster is looked at once for each poll', () => {
  it.each([
    [null, null, true],
    [null, NOON, true],
    [NOON, NOON - 1, false],
    [NOON, NOON, false],
    [NOON - 1, NOON, true],
  ])('read at %s, polled at %s: %s', (namespacesReadAt, polledAt, isDue) => {
    expect(isListDue({ namespacesReadAt, polledAt })).toBe(isDue);
  });
});
