// State + a namespace that a batch is about to work in -> state. Before the batch is submitted its namespace is in the
// table, so that no crash can leave one behind that nobody knows of (S6.6).
import type { BatchId, Instant, PullNumber } from '../../schemas/ids.ts';
import type { DeployedService, Namespaces, TestNamespace } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { Deployed } from './deployed-attributes.ts';

/**
 * Of so many tests; beyond it those that have been over for longest are forgotten. They are found again in the cluster,
 * by their labels.
 */
const KEPT_TESTS = 1_000;

interface Registration {
  readonly pr: PullNumber;
  readonly deployed: Deployed;
  readonly now: Instant;
  readonly expireAfterMs: number;
}

/** Whatever became of an earlier batch in it: a test that is started again begins anew. */
export const registerTest = (
  state: BranchState,
  { pr, deployed, now, expireAfterMs }: Registration,
): BranchState => ({
  ...state,
  namespaces: bounded({
    ...state.namespaces,
    [deployed.namespace]: newTest(pr, now, {
      expiresAt: now + expireAfterMs,
      services: servicesOf(state.namespaces[deployed.namespace]?.services, deployed.services),
    }),
  }),
});

export const newTest = (
  pr: PullNumber,
  createdAt: Instant,
  more: Pick<TestNamespace, 'expiresAt'> & Partial<TestNamespace>,
): TestNamespace => ({
  kind: 'test',
  pr,
  batch: null,
  createdAt,
  overSince: null,
  seen: null,
  stray: false,
  fate: null,
  services: {},
  ...more,
});

/** Of a deploy, which has no expiry. What somebody has said of its services stays. */
export function registerDeploy(state: BranchState, deployed: Deployed, now: Instant): BranchState {
  const { namespace } = deployed;
  const known = state.namespaces[namespace];
  const services = servicesOf(known?.services, deployed.services);
  const row =
    known?.kind === 'developer'
      ? { ...known, services }
      : ({ kind: 'deploy', createdAt: known?.createdAt ?? now, services } as const);
  return { ...state, namespaces: { ...state.namespaces, [namespace]: row } };
}

/** A batch was made that works in the namespace. */
export function claimTest(state: BranchState, namespace: string, batch: BatchId): BranchState {
  const row = state.namespaces[namespace];
  if (row?.kind !== 'test') return state;
  return { ...state, namespaces: { ...state.namespaces, [namespace]: { ...row, batch } } };
}

/** A deploy batch was made: what is live is read when it is over. */
export const beginRollout = (
  state: BranchState,
  batch: BatchId,
  deployed: Deployed | null,
): BranchState => ({
  ...state,
  rollout: deployed && { batch, ...deployed, read: null },
});

export const servicesOf = (
  known: TestNamespace['services'] = {},
  deployed: readonly DeployedService[],
): TestNamespace['services'] => ({
  ...Object.fromEntries(deployed.map(({ name }) => [name, null])),
  ...known,
});

export function bounded(namespaces: Namespaces): Namespaces {
  const over = Object.entries(namespaces).flatMap(([name, row]) =>
    row.kind === 'test' && row.overSince !== null ? [{ name, since: row.overSince }] : [],
  );
  if (over.length <= KEPT_TESTS) return namespaces;
  const oldest = over.toSorted((a, b) => a.since - b.since).slice(0, over.length - KEPT_TESTS);
  const forgotten = new Set(oldest.map(({ name }) => name));
  return Object.fromEntries(Object.entries(namespaces).filter(([name]) => !forgotten.has(name)));
}
