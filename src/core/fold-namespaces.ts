// State + what the cluster showed, or what came of deleting a namespace -> state. Takes nothing into the table that is
// not marked and named as ours.
import type { Instant } from '../../schemas/ids.ts';
import type { NamespaceRow, Namespaces, TestNamespace } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { mark } from './flags.ts';
import { isDeletable, isStray, whyNotOurs } from './judge-namespace.ts';
import type { LiveNamespace } from './observation.ts';
import type { NamespaceOutcome } from './outcome.ts';
import { bounded, newTest } from './register-namespace.ts';
import { keepSame } from './same.ts';
import { labelsOfBranch, pullOfNamespace } from './test-namespace.ts';
import { unreachable } from './unreachable.ts';

export interface NamespaceLook {
  /** With our labels, and perhaps others. */
  readonly namespaces: readonly LiveNamespace[];
  /** When the look began. */
  readonly at: Instant;
}

/** Marks the state flag if anything changed, and Batch's for one that no batch is known for. */
export function foldNamespaces(
  state: BranchState,
  look: NamespaceLook,
  config: BranchConfig,
  now: Instant,
): BranchState {
  const ours = look.namespaces.filter(
    (live) => !live.isEnding && whyNotOurs(live, config) === null,
  );
  const live = new Map(ours.map((namespace) => [namespace.name, namespace]));
  const known = Object.entries(state.namespaces).flatMap(([name, row]) => {
    const kept = row.kind === 'test' ? followed(row, live.get(name), look, config, now) : row;
    return kept === null ? [] : ([[name, kept]] as const);
  });
  const names = new Set(known.map(([name]) => name));
  const found = ours
    .filter(({ name }) => !names.has(name))
    .map((namespace) => [namespace.name, foundRow(namespace, config, now)] as const);
  const namespaces = keepSame(
    state.namespaces,
    bounded(Object.fromEntries<NamespaceRow>([...known, ...found])),
  );
  const holds = { ...state.holds, kubernetes: isRefusing(state) ? state.holds.kubernetes : null };
  const next = { ...state, namespaces, namespacesReadAt: look.at, holds };
  if (namespaces === state.namespaces) return next;
  const decided = mark(next.flags, { flag: 'state' });
  const flags = found.length > 0 ? mark(decided, { flag: 'batch', read: 'everything' }) : decided;
  return { ...next, flags };
}

/** @returns null for one that there is nothing more to know of */
function followed(
  row: TestNamespace,
  live: LiveNamespace | undefined,
  look: NamespaceLook,
  config: BranchConfig,
  now: Instant,
): TestNamespace | null {
  // It was deleted, and is there again: another one, of which nothing is known.
  if (live && row.fate !== null) return null;
  if (live) return row.seen?.uid === live.uid ? row : seenRow(row, live, config, now);
  const isOver = row.overSince !== null && row.overSince <= look.at;
  const isNobodys = row.batch === null && row.seen !== null;
  return isOver || isNobodys ? null : row;
}

/** What was registered anew after lost storage has its time from when it was made. */
const seenRow = (
  row: TestNamespace,
  live: LiveNamespace,
  config: BranchConfig,
  now: Instant,
): TestNamespace => ({
  ...row,
  expiresAt: Math.min(row.expiresAt, expiryOf(live, config)),
  seen: { uid: live.uid, at: now },
});

function foundRow(live: LiveNamespace, config: BranchConfig, now: Instant): TestNamespace {
  const { name, uid, labels, createdAt } = live;
  return newTest(pullOfNamespace(name), createdAt, {
    expiresAt: expiryOf(live, config),
    seen: { uid, at: now },
    stray: isStray(labelsOfBranch(labels).branch, config),
  });
}

const expiryOf = ({ createdAt }: LiveNamespace, { namespaces }: BranchConfig): Instant =>
  createdAt + namespaces.expireAfterMs;

/**
 * Whoever may look may not delete, perhaps. That was told, and is told again only when a look has found nothing more that
 * is refused.
 */
const isRefusing = ({ outbox, holds }: BranchState): boolean =>
  holds.kubernetes?.told !== undefined &&
  Object.values(outbox).some(({ action }) => action.kind === 'delete_namespace');

/** An outcome is believed for what may still be deleted: a test that was started meanwhile has begun anew. */
export function foldNamespaceOutcome(
  state: BranchState,
  outcome: NamespaceOutcome,
  now: Instant,
): BranchState {
  const { namespace } = outcome.action;
  const row = state.namespaces[namespace];
  if (row?.kind !== 'test' || !isDeletable(state, namespace, now)) return state;
  switch (outcome.kind) {
    case 'namespace_deleted':
      return withFate(state, namespace, row, { kind: 'deleted' });
    case 'namespace_gone':
      return withFate(state, namespace, row, { kind: 'gone' });
    case 'namespace_left':
      return withFate(state, namespace, row, { kind: 'left', why: outcome.why });
    case 'namespace_overtaken':
      // It is judged again when the cluster has shown it again.
      return withRow(state, namespace, { ...row, seen: null });
    default:
      return unreachable(outcome, 'foldNamespaceOutcome');
  }
}

const withFate = (
  state: BranchState,
  namespace: string,
  row: TestNamespace,
  fate: TestNamespace['fate'],
): BranchState => withRow(state, namespace, { ...row, fate });

const withRow = (state: BranchState, namespace: string, row: TestNamespace): BranchState => {
  const namespaces: Namespaces = { ...state.namespaces, [namespace]: row };
  return { ...state, namespaces };
};
