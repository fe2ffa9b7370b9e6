// Judgements about namespaces of Kubernetes (S6.6): when one may be deleted, whether one in the cluster is ours, and when
// the cluster is to be looked at. What they are called and marked with is in test-namespace.ts.
import type { Instant } from '../../schemas/ids.ts';
import type { NamespaceRow } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import type { LiveNamespace } from './observation.ts';
import { isTestNamespaceName, labelsOfBranch, MANAGED_BY, MANAGER } from './test-namespace.ts';

/** When its batch is over, what the batch's own cleanup has begun may still be on its way. */
export const CLEANUP_GRACE_MS = 5 * 60_000;
/** One that no batch of ours is known for may be that of a batch that we are about to hear of. */
export const UNCLAIMED_GRACE_MS = 10 * 60_000;

/** @returns null for one that is never deleted, or not as long as nothing more is known of it */
export function deletableAt(
  row: NamespaceRow,
  { batchesReadAt }: Pick<BranchState, 'batchesReadAt'>,
): Instant | null {
  if (row.kind !== 'test' || row.fate !== null) return null;
  const { batch, createdAt, expiresAt, overSince, seen, stray } = row;
  if (batch !== null)
    return overSince === null ? expiresAt : Math.min(expiresAt, overSince + CLEANUP_GRACE_MS);
  if (seen === null) return null;
  // Batch was read since it was there, so that a batch that made it would be known.
  const isNobodys = !stray && batchesReadAt !== null && batchesReadAt >= seen.at;
  return isNobodys ? Math.min(expiresAt, createdAt + UNCLAIMED_GRACE_MS) : expiresAt;
}

/** Of one whose batch is not known only that very object may be deleted that was seen in the cluster. */
export const isSeenOne = (row: NamespaceRow | undefined, uid: string): boolean =>
  row?.kind === 'test' && (row.batch !== null || row.seen?.uid === uid);

export function isDeletable(state: BranchState, namespace: string, now: Instant): boolean {
  const row = state.namespaces[namespace];
  const at = row ? deletableAt(row, state) : null;
  return at !== null && at <= now;
}

/**
 * Everything that must be true of a namespace in the cluster before it is deleted, whatever our own table says.
 * @returns null when it is ours, else why it is not
 */
export function whyNotOurs(
  { name, labels }: Pick<LiveNamespace, 'name' | 'labels'>,
  config: BranchConfig,
): string | null {
  if (!isTestNamespaceName(name, config)) return 'it has no name that we give to tests';
  if (labels[MANAGED_BY] !== MANAGER) return `it does not carry the label ${MANAGED_BY}=${MANAGER}`;
  const { ciNamespace, branch } = labelsOfBranch(labels);
  if (ciNamespace !== config.namespaces.ciNamespace)
    return 'its labels say that it is another CI’s';
  if (branch === config.namespaces.label) return null;
  return isStray(branch, config) ? null : 'its labels say that it is another branch’s';
}

/** Is it of a branch that nobody watches, and are we the ones who look after those? */
export const isStray = (
  label: string | undefined,
  { namespaces: { label: own, otherLabels } }: BranchConfig,
): boolean =>
  label !== undefined && label !== own && otherLabels !== null && !otherLabels.includes(label);

/** Once for each poll. */
export const isListDue = ({
  namespacesReadAt,
  polledAt,
}: Pick<BranchState, 'namespacesReadAt' | 'polledAt'>): boolean =>
  namespacesReadAt === null || (polledAt !== null && namespacesReadAt < polledAt);
