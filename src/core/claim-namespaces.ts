// State + what Batch said -> state: which batch works in which namespace, and since when it is over. What Batch knows
// of namespaces is written on its batches, so that lost storage is made up for by one look (S2.4).
import type { BatchId, Instant } from '../../schemas/ids.ts';
import type { NamespaceRow, TestNamespace } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import { mark } from './flags.ts';
import { UNCLAIMED_GRACE_MS } from './judge-namespace.ts';
import type { ObservedBatch } from './observation.ts';
import { beginRollout, newTest, registerDeploy, servicesOf } from './register-namespace.ts';
import { keepSame } from './same.ts';

export interface BatchLook {
  readonly batches: readonly ObservedBatch[];
  /** When the look at everything began; null: it was one at single batches, and others may have begun unseen. */
  readonly at: Instant | null;
  readonly expireAfterMs: number;
  /** Without a Kubernetes there is nothing to do for a namespace whose batch is over. */
  readonly hasKubernetes: boolean;
}

type Rows = Record<string, NamespaceRow>;

/** Of a state that the batches were folded into. Marks the state flag if anything changed. */
export function claimNamespaces(state: BranchState, look: BatchLook, now: Instant): BranchState {
  const live = new Set(state.live.map(({ id }) => id));
  const rows: Rows = { ...state.namespaces };
  for (const batch of look.batches) claim(rows, batch, { live, look, now });
  const kept = Object.entries(rows).flatMap(([name, row]): [string, NamespaceRow][] => {
    if (row.kind !== 'test') return [[name, row]];
    const followed = followTest(row, live, now);
    return isForgotten(followed, look, now) ? [] : [[name, followed]];
  });
  const namespaces = keepSame(state.namespaces, Object.fromEntries(kept));
  const next = followDeploy(
    { ...state, namespaces, batchesReadAt: look.at ?? state.batchesReadAt },
    look,
    now,
  );
  // One that no batch is known for may have become deletable by this very look.
  const isNews =
    next.namespaces !== state.namespaces ||
    next.rollout !== state.rollout ||
    kept.some(([, row]) => row.kind === 'test' && row.batch === null);
  return isNews ? { ...next, flags: mark(next.flags, { flag: 'state' }) } : next;
}

interface Circumstances {
  readonly live: ReadonlySet<BatchId>;
  readonly look: BatchLook;
  readonly now: Instant;
}

/** One that is over makes no namespace any more; what it has left is in the table, or is found in the cluster. */
function claim(rows: Rows, batch: ObservedBatch, { live, look, now }: Circumstances): void {
  const { id, purpose, deployed, over } = batch;
  if (purpose.kind !== 'test' || deployed === null) return;
  const { namespace, services } = deployed;
  const known = rows[namespace];
  if (known === undefined) {
    if (over) return;
    const row = { expiresAt: now + look.expireAfterMs, services: servicesOf({}, services) };
    rows[namespace] = newTest(purpose.pr, now, { ...row, batch: id });
  } else if (known.kind === 'test' && known.batch !== id && (known.batch === null || live.has(id)))
    rows[namespace] = { ...known, batch: id, services: servicesOf(known.services, services) };
}

function followTest(row: TestNamespace, live: ReadonlySet<BatchId>, now: Instant): TestNamespace {
  const { batch } = row;
  const overSince = batch === null || live.has(batch) ? null : (row.overSince ?? now);
  return overSince === row.overSince ? row : { ...row, overSince };
}

function isForgotten(row: TestNamespace, look: BatchLook, now: Instant): boolean {
  const { batch, createdAt, expiresAt, overSince, seen, fate } = row;
  const isLive = batch !== null && overSince === null;
  if (fate !== null) return !isLive;
  if (!look.hasKubernetes) return overSince !== null || expiresAt <= now;
  // It was to be tested, and no batch came of it.
  return batch === null && seen === null && now - createdAt > UNCLAIMED_GRACE_MS;
}

/** What the newest deploy deploys, also when we have forgotten that we started it. */
function followDeploy(state: BranchState, look: BatchLook, now: Instant): BranchState {
  const { deploy, rollout } = state;
  if (!('batch' in deploy) || rollout?.batch === deploy.batch) return state;
  const found = look.batches.find(({ id }) => id === deploy.batch);
  if (!found && look.at === null) return state;
  const deployed = found?.deployed ?? null;
  if (deployed === null) return rollout === null ? state : beginRollout(state, deploy.batch, null);
  return registerDeploy(beginRollout(state, deploy.batch, deployed), deployed, now);
}
