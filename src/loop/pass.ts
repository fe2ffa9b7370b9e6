// One pass over a branch: observe, fold, decide, act, until nothing is left to do. Plain TypeScript
// over the ports, so that it runs in workerd, in Node and in a simulation alike.
//
// What may interleave: marks and commands reach the state while the pass waits for an answer. That
// is safe because the pass holds no state across an await: it reads the store anew before every
// decision, and every change is a function of the state at that moment.
import type { Action } from '../../schemas/action.ts';
import type { BranchState } from '../../schemas/state.ts';
import { actionKey } from '../core/action-key.ts';
import { withoutTold } from '../core/alert.ts';
import { checksInDoubt } from '../core/check-owners.ts';
import { decide, type Plan } from '../core/decide.ts';
import { isDirty, settle } from '../core/flags.ts';
import { beginAction, foldOutcome } from '../core/fold-outcome.ts';
import { wake } from '../core/next-alarm.ts';
import { watchQueue } from '../core/standstill.ts';
import { startsInDoubt } from '../core/start-in-doubt.ts';
import { wordsInDoubt } from '../core/word.ts';
import { act } from './act.ts';
import { diagnose } from './diagnose.ts';
import type { Loop } from './loop.ts';
import { observeBatches } from './observe-batches.ts';
import { observeGithub } from './observe-github.ts';
import { observeNamespaces } from './observe-namespaces.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';

/** A Worker may wait for six connections at once; more would only queue. */
const ACTIONS_AT_ONCE = 6;
/** A bound on one pass; what is left is done by the next, which is due at once. */
const ROUNDS_MAX = 200;
/** The platform ends an alarm after 15 minutes; a pass that must wait so long ends before. */
const DEADLINE_MS = 10 * 60_000;

export async function pass(loop: Loop): Promise<void> {
  const { store, clock, config } = loop;
  const deadline = clock.now() + DEADLINE_MS;
  store.update((state) => wake(state, config, clock.now()));
  await observeGithub(loop);
  await observeBatches(loop);
  await decideAndAct(loop, deadline);
  await observeNamespaces(loop);
  await sweepDeliveries(loop);
  await diagnose(loop);
}

/** Nothing is decided where nothing has changed. */
async function decideAndAct(loop: Loop, deadline: number): Promise<void> {
  const { store, clock } = loop;
  if (!isDirty(store.read().flags.state)) return;
  for (let round = 0; round < ROUNDS_MAX && clock.now() < deadline; round++) {
    const seen = store.read().flags.state.marked;
    const plan = decideAndNote(loop);
    if (plan.actions.length === 0) {
      store.update((state) => settleState(state, seen, clock.now()));
      return;
    }
    await allDone(nextActions(plan).map((action) => perform(loop, action)));
  }
}

/** Waits for every one of them, also when one throws: no action may go on after its pass has ended. */
async function allDone(actions: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(actions)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/**
 * What is started beside a landing would be about a commit that is not the branch's any more; and the check of a
 * failure waits for the names of what failed. Both are decided again in the next round. What failed is read one batch at a
 * time, when there is nothing else to do: logs that hang keep nobody else waiting. Nor does a channel that hangs: alerts
 * come last.
 */
function nextActions({ actions }: Plan): readonly Action[] {
  const landing = actions.some(({ kind }) => kind === 'land');
  const reading = actions.filter(({ kind }) => kind === 'read_failures');
  const mayBegin = (action: Action): boolean => {
    if (action.kind === 'read_failures' || action.kind === 'alert') return false;
    if (action.kind === 'start_deploy' || action.kind === 'start_test') return !landing;
    return action.kind !== 'post_check' || reading.length === 0 || action.check.state !== 'failure';
  };
  const first = actions.filter(mayBegin).slice(0, ACTIONS_AT_ONCE);
  if (first.length > 0) return first;
  if (reading.length > 0) return reading.slice(0, 1);
  return actions.filter(({ kind }) => kind === 'alert').slice(0, ACTIONS_AT_ONCE);
}

const settleState = (state: BranchState, seen: number, now: number): BranchState => ({
  ...state,
  decidedAt: now,
  flags: { ...state.flags, state: settle(state.flags.state, seen) },
});

/**
 * Decides, remembers the candidate and who waits since when, and drops what is done with: alerts that were told, and the
 * outbox rows of what is neither wanted nor in doubt.
 */
export function decideAndNote({ store, config, clock }: Loop): Plan {
  const now = clock.now();
  const state = store.update((state) => withoutTold(state, config, now));
  const plan = decide(state, config, now);
  store.update((state) => watchQueue(state, plan, config, now));
  const wanted = new Set([
    ...[...plan.actions, ...plan.waiting].map((action) => actionKey(config.name, action)),
    ...startsInDoubt(state),
    ...checksInDoubt(state),
    ...wordsInDoubt(state, now),
  ]);
  const outbox = Object.entries(state.outbox).filter(([key]) => wanted.has(key));
  const same = outbox.length === Object.keys(state.outbox).length;
  if (!same || state.candidate !== plan.candidate)
    store.update((state) => ({
      ...state,
      candidate: plan.candidate,
      outbox: same ? state.outbox : Object.fromEntries(outbox),
    }));
  return plan;
}

async function perform(loop: Loop, action: Action): Promise<void> {
  const { store, clock, config, random } = loop;
  const begun = store.read().outbox[actionKey(config.name, action)];
  store.update((state) => beginAction(state, action, clock.now()));
  const outcome = await act(loop, action, begun !== undefined);
  store.update((state) => foldOutcome(state, outcome, clock.now(), random()));
}
