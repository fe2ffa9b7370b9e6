// Events that say the same one after the other, as one: what cannot be tested is tried, and told, at each move of the branch.
import type { EventStatus } from '../../schemas/status.ts';

interface Repeated {
  /** The newest of them. */
  readonly event: EventStatus;
  readonly first: EventStatus;
  readonly times: number;
}

/** @param events newest first */
export function foldEqual(events: readonly EventStatus[]): Repeated[] {
  const folded: Repeated[] = [];
  for (const event of events) {
    const last = folded.at(-1);
    if (last?.event.kind === event.kind && last.event.text === event.text)
      folded[folded.length - 1] = { ...last, first: event, times: last.times + 1 };
    else folded.push({ event, first: event, times: 1 });
  }
  return folded;
}
