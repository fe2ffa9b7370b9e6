// Follows Sluice's event feed and lets others wait for something to have happened. It remembers
// everything since the start, so a waiter that comes late still finds what it is waiting for.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SluiceApi, SluiceEvent } from './sluice-api.ts';

export interface History {
  readonly events: readonly SluiceEvent[];
  /**
   * Resolves with the first defined value of `find`, asked now and after each new event.
   * @throws after `timeoutMs`, in a sentence that says what was waited for.
   */
  until<T>(
    what: string,
    find: (events: readonly SluiceEvent[]) => T | undefined,
    timeoutMs?: number,
  ): Promise<T>;
  /** Ends the following; waiters that are left are rejected with `why`. */
  stop(why: Error): void;
}

const POLL_EVERY_MS = 250;
/** When nothing has happened for a while, a run that is left standing asks less often. */
const IDLE_AFTER_MS = 10_000;
const IDLE_POLL_EVERY_MS = 1_000;
const DEFAULT_PATIENCE_MS = 100_000;

interface Waiter {
  look(): boolean;
  fail(error: Error): void;
}

/** @param onEvents called with each batch of new events, oldest first, before any waiter hears. */
export function followEvents(
  api: SluiceApi,
  onEvents: (events: readonly SluiceEvent[]) => void,
): History {
  const events: SluiceEvent[] = [];
  const waiters = new Set<Waiter>();
  const stopped = new AbortController();
  let trouble: string | null = null;

  const poll = async (): Promise<void> => {
    let next = 0;
    let lastNewsAt = performance.now();
    while (!stopped.signal.aborted) {
      try {
        const page = await api.eventsAfter(next);
        next = page.next;
        trouble = null;
        if (page.events.length > 0) {
          lastNewsAt = performance.now();
          events.push(...page.events);
          onEvents(page.events);
          for (const waiter of waiters) if (waiter.look()) waiters.delete(waiter);
        }
      } catch (error) {
        // Sluice may be restarting. If it is gone for good, the process watcher says so; if it
        // answers nonsense, whoever waits in vain does.
        trouble = error instanceof Error ? error.message : String(error);
      }
      const isIdle = performance.now() - lastNewsAt > IDLE_AFTER_MS;
      await sleep(isIdle ? IDLE_POLL_EVERY_MS : POLL_EVERY_MS);
    }
  };
  void poll();

  return {
    events,
    until: (what, find, timeoutMs = DEFAULT_PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const waiter: Waiter = {
          look() {
            const found = find(events);
            if (found === undefined) return false;
            clearTimeout(timer);
            resolve(found);
            return true;
          },
          fail(error) {
            clearTimeout(timer);
            reject(error);
          },
        };
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          const why = trouble === null ? '' : ` (the event feed failed last: ${trouble})`;
          reject(new Error(`waited ${Math.round(timeoutMs / 1000)} s in vain for ${what}${why}`));
        }, timeoutMs);
        if (!waiter.look()) waiters.add(waiter);
      }),
    stop(why) {
      stopped.abort();
      for (const waiter of waiters) waiter.fail(why);
      waiters.clear();
    },
  };
}
