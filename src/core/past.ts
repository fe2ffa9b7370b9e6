// How long this branch's tests and deploys have taken, by its event log: what an estimate is made from.
import type { Event, EventKind } from '../../schemas/event.ts';
import type { BatchId } from '../../schemas/ids.ts';

/** Of the newest so many that ended well; one that failed may have ended early. */
const SAMPLES_MAX = 30;

/** The events that tell it. */
export const TIMED_EVENTS = [
  'test.started',
  'test.passed',
  'deploy.started',
  'deploy.succeeded',
] as const satisfies readonly EventKind[];

export interface Past {
  /** In milliseconds, newest first. */
  readonly tests: readonly number[];
  readonly deploys: readonly number[];
  /** When each batch was started, in milliseconds since the epoch. */
  readonly startedAt: ReadonlyMap<BatchId, number>;
}

/** @param events oldest first */
export function pastOf(events: readonly Event[]): Past {
  const startedAt = new Map<BatchId, number>();
  const tests: number[] = [];
  const deploys: number[] = [];
  for (const { kind, at, data } of events) {
    const batch = Number(data['batch']);
    const started = startedAt.get(batch);
    if (kind === 'test.started' || kind === 'deploy.started') startedAt.set(batch, at);
    if (started === undefined) continue;
    // A tactical retry leaves out what has passed, so it says nothing of a whole test.
    if (kind === 'test.passed' && data['reason'] !== 'tactical_retry') tests.unshift(at - started);
    if (kind === 'deploy.succeeded') deploys.unshift(at - started);
  }
  return {
    tests: tests.slice(0, SAMPLES_MAX),
    deploys: deploys.slice(0, SAMPLES_MAX),
    startedAt,
  };
}
