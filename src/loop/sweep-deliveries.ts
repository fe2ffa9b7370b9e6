// Asks GitHub to send again what did not arrive, once an hour, in a branch that has nothing else to do. Ends as soon as
// it has: a landing waits for one request of this at most.
import { isBusy, isSweepDue, LOOKED_BACK_MS, sweepFailed, swept } from '../core/sweep.ts';
import type { Loop } from './loop.ts';

export async function sweepDeliveries({ store, clock, deliveries }: Loop): Promise<void> {
  if (!deliveries || !isSweepDue(store.read(), clock.now())) return;
  const failed = await deliveries.failed(clock.now() - LOOKED_BACK_MS);
  if (!failed.ok) {
    store.update((state) => sweepFailed(state, failed.error, clock.now()));
    return;
  }
  let redelivered = 0;
  for (const delivery of failed.value) {
    // What is left over is found by the next sweep.
    if (isBusy(store.read(), clock.now())) break;
    const sent = await deliveries.sendAgain(delivery);
    if (!sent.ok) {
      store.update((state) => sweepFailed(state, sent.error, clock.now()));
      return;
    }
    redelivered += 1;
  }
  store.update((state) => swept(state, redelivered, clock.now()));
}
