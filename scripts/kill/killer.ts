// Kills parts of the town at moments of a seed's choosing, and keeps the list of what it did.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prng } from '../sim/history/prng.ts';
import { AIMS } from './aims.ts';
import type { Control, Server } from './control.ts';
import type { Part, Town } from './town.ts';

export interface Kill {
  /** ISO 8601. */
  readonly at: string;
  readonly part: Part;
  /** The call that was under way; `any moment` when none was waited for, or none came. */
  readonly during: string;
  /** Whether another release of Sluice was started instead. */
  readonly change: 'upgrade' | 'roll-back' | null;
  /** Until the part answered again. */
  readonly downMs: number;
}

const ANY_MOMENT = 'any moment';
/** The name of the aim's fault, beside those of a trouble. */
const AIM = 'aim';
/** How long an aimed call is waited for. */
const AIM_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 25;

/** How many kills, and over what time; null: one after the other, while people are at work. */
export interface Plan {
  readonly count: number;
  readonly overMs: number | null;
}

/** @param onKill is told of each at once, and orders again what a dead server has forgotten */
export async function killAtRandom(
  town: Town,
  control: Control,
  prng: Prng,
  { count, overMs }: Plan,
  onKill: (kill: Kill) => Promise<void>,
): Promise<void> {
  const longestMs = overMs === null ? 1_600 : overMs / count;
  for (let done = 0; done < count; done++) {
    await sleep(100 + prng.below(longestMs - 100));
    const part: Part = prng.pick(['workerd', 'workerd', 'workerd', 'workerd', 'forge', 'batch']);
    const aim = prng.chance(0.7) ? prng.pick(AIMS) : null;
    const lateMs = prng.below(400);
    let during = ANY_MOMENT;
    if (aim !== null) {
      await control.order(aim.server, { ...aim.fault, name: AIM });
      if (await isHit(control, aim.server)) during = aim.name;
    }
    await sleep(lateMs);
    const change = part === 'workerd' ? drawRelease(town, prng) : null;
    const at = new Date().toISOString();
    const start = performance.now();
    await town.kill(part);
    await onKill({ at, part, during, change, downMs: Math.round(performance.now() - start) });
  }
}

/** Of two releases any one may come next. */
function drawRelease({ upgrades }: Town, prng: Prng): Kill['change'] {
  if (upgrades === null) return null;
  const before = upgrades.installed;
  upgrades.install(prng.pick(['earlier', 'present']));
  if (upgrades.installed === before) return null;
  return upgrades.installed === 'present' ? 'upgrade' : 'roll-back';
}

async function isHit(control: Control, server: Server): Promise<boolean> {
  const deadline = performance.now() + AIM_WITHIN_MS;
  while (performance.now() < deadline) {
    if ((await control.waits(server, AIM)) === false) return true;
    await sleep(LOOK_EVERY_MS);
  }
  await control.clear(server, AIM);
  return false;
}
