// Asks GitHub to send again what did not arrive, once an hour, in a branch that has nothing else to do. Ends as soon as
// it has: a landing waits for one request of this at most.
import { failing, isBusy, isSweepDue, sweepFailed, swept } from '../core/sweep.ts';
import type { Loop } from './loop.ts';

export async function sweepDeliveries({ store, clock, deliveries }: Loop): Promise<void> {
  if (!deliveries || !isSweepDue(store.read(), clock.now())) return;
  const wanted = failing(store.read(), clock.now());
  let asked = wanted.asked;
  const failed = await deliveries.failed(wanted);
  if (!failed.ok) {
    store.update((state) => sweepFailed(state, asked, failed.error, clock.now()));
    return;
  }
  let redelivered = 0;
  for (const delivery of failed.value) {
    // What is left over is found by the next sweep.
    if (isBusy(store.read(), clock.now())) break;
    const sent = await deliveries.sendAgain(delivery);
    if (!sent.ok) {
      store.update((state) => sweepFailed(state, asked, sent.error, clock.now()));
      return;
    }
    asked = { ...asked, [delivery.guid]: delivery.at };
    redelivered += 1;
  }
  store.update((state) => swept(state, { asked, redelivered }, clock.now()));
}
