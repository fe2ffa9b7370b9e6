// The look at Batch: reads what its flag asks for, and folds it in together with settling the flag. A look that
// fails leaves its flag dirty and delays the next one.
import type { BatchId } from '../../schemas/ids.ts';
import type { BranchState } from '../../schemas/state.ts';
import { claimNamespaces } from '../core/claim-namespaces.ts';
import type { BranchConfig } from '../core/config.ts';
import type { Fault } from '../core/fault.ts';
import { isDirty, scopeOf } from '../core/flags.ts';
import { foldBatches } from '../core/fold-batches.ts';
import { isOfApi } from '../core/fold-hold.ts';
import { isGithubRead } from '../core/judge-branch.ts';
import type { BatchObservation, ObservedBatch } from '../core/observation.ts';
import { err, ok, type Result } from '../core/result.ts';
import { startsInDoubt } from '../core/start-in-doubt.ts';
import { hold, isHeld } from './hold.ts';
import type { Loop } from './loop.ts';
import type { BatchService } from './ports.ts';

/** More than so many batches are read faster by one list. */
const SINGLE_MAX = 3;
/** A Worker may wait for six connections at once; more would only queue. */
const READS_AT_ONCE = 6;

type Look = Omit<BatchObservation, 'seen'>;

/**
 * The first look waits for the first at GitHub: a batch read before its pull request would be taken for an
 * orphan, and its result never be read again (S2.4).
 */
export async function observeBatches(loop: Loop): Promise<void> {
  const { store, clock, batch, config } = loop;
  const state = store.read();
  if (!isGithubRead(state)) return;
  if (!isDirty(state.flags.batch) || isHeld(state, 'batch', clock.now())) return;
  const seen = state.flags.batch.marked;
  const at = clock.now();
  const { everything, single } = scopeOf(state.flags.batch);
  const isEnough =
    !everything &&
    single.length <= SINGLE_MAX &&
    state.batchesReadTo !== null &&
    startsInDoubt(state).length === 0;
  const some = isEnough ? await readSingle(batch, single) : null;
  // One that cannot be read by itself may still be seen in the list.
  const look = some?.ok && some.value.unread.length > 0 ? null : some;
  const whole = look ?? (await readEverything(batch, state));
  if (!whole.ok) return hold(loop, 'batch', whole.error);
  store.update((now) => {
    const folded = foldBatches(now, { ...whole.value, seen }, clock.now());
    const { batches, readTo } = whole.value;
    const look = { batches, at: readTo === null ? null : at, ...namespaceSettings(config) };
    return claimNamespaces(folded, look, clock.now());
  });
}

const namespaceSettings = ({ namespaces, kubernetesUrl }: BranchConfig) => ({
  expireAfterMs: namespaces.expireAfterMs,
  hasKubernetes: kubernetesUrl !== null,
});

/** For those that cannot be read nobody else has to wait. */
async function readSingle(
  batch: BatchService,
  ids: readonly BatchId[],
): Promise<Result<Look, Fault>> {
  const batches: ObservedBatch[] = [];
  const missing: BatchId[] = [];
  const unread: { batch: BatchId; error: string }[] = [];
  for (const { id, read } of await getEach(batch, ids)) {
    if (!read.ok && isOfApi(read.error)) return err(read.error);
    if (!read.ok) unread.push({ batch: id, error: read.error.message });
    else if (read.value) batches.push(read.value);
    else missing.push(id);
  }
  return ok({ batches, missing, unread, readTo: null });
}

/** Side by side: one that hangs holds up the others no longer than one call may take. */
async function getEach(batch: BatchService, ids: readonly BatchId[]) {
  const reads: { readonly id: BatchId; readonly read: Awaited<ReturnType<typeof getTwice>> }[] = [];
  for (let from = 0; from < ids.length; from += READS_AT_ONCE) {
    const some = ids.slice(from, from + READS_AT_ONCE);
    reads.push(
      ...(await Promise.all(some.map(async (id) => ({ id, read: await getTwice(batch, id) })))),
    );
  }
  return reads;
}

/** One list of everything that may have changed; only a batch that the list lacks is asked for by id. */
async function readEverything(
  batch: BatchService,
  state: BranchState,
): Promise<Result<Look, Fault>> {
  const listed = await batch.list(state.batchesReadTo ?? 0);
  if (!listed.ok) return listed;
  const unlisted = expected(state).filter((id) => !listed.value.some((found) => found.id === id));
  const single = await readSingle(batch, unlisted);
  if (!single.ok) return single;
  const batches = [...listed.value, ...single.value.batches];
  const { missing, unread } = single.value;
  return ok({ batches, missing, unread, readTo: readTo(state, batches, missing) });
}

/** The batches that should be there: those that ran when we last looked. */
function expected(state: BranchState): number[] {
  const builds = Object.values(state.pulls).flatMap(({ build }) =>
    build.kind === 'running' ? [build.batch] : [],
  );
  const deploy = state.deploy.kind === 'running' ? [state.deploy.batch] : [];
  return [...new Set([...builds, ...deploy, ...state.live.map(({ id }) => id)])];
}

/** S9.3: a batch is gone only when it was asked for again and still not there. */
async function getTwice(
  batch: BatchService,
  id: number,
): Promise<Result<ObservedBatch | null, Fault>> {
  const first = await batch.get(id);
  return first.ok && first.value === null ? batch.get(id) : first;
}

/** Everything up to just below the oldest batch that still runs, or may. */
function readTo(
  state: BranchState,
  batches: readonly ObservedBatch[],
  missing: readonly number[],
): number {
  const over = new Set([...missing, ...batches.filter((batch) => batch.over).map(({ id }) => id)]);
  const running = [
    ...batches.filter((batch) => !batch.over || mayBeRevived(batch, state)).map(({ id }) => id),
    ...expected(state).filter((id) => !over.has(id)),
  ];
  const newest = Math.max(state.batchesReadTo ?? 0, ...batches.map(({ id }) => id));
  return running.length > 0 ? Math.min(newest, ...running.map((id) => id - 1)) : newest;
}

/** One without jobs gets them when it is asked for again, and then it must not be out of sight. */
function mayBeRevived({ id, purpose, status }: ObservedBatch, state: BranchState): boolean {
  if (status.kind !== 'hollow') return false;
  const { deploy } = state;
  if (purpose.kind === 'deploy')
    return purpose.sha === state.head && !('batch' in deploy && deploy.batch > id);
  const pull = state.pulls[purpose.pr];
  if (purpose.targetSha !== state.head) return false;
  if (pull?.facts.source.sha !== purpose.sourceSha || pull.attempt !== purpose.attempt)
    return false;
  return !('batch' in pull.build) || pull.build.batch < id;
}
