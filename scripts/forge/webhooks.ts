// Delivers events: signed, in order per hook, once, within ten seconds, never repeated. A target that
// is down is no error of the forge; the record of deliveries says what happened.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign } from '@octokit/webhooks-methods';
import type { Faults } from './faults.ts';
import type { Event } from './world.ts';

export interface Hook {
  readonly url: string;
  readonly secret: string;
}

type NumberedHook = Hook & { readonly id: number };

export type DeliveryResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'dropped' };

export interface Delivery {
  readonly at: string;
  /** Names the event, so it is the same for every hook that hears of it. */
  readonly guid: string;
  readonly hookId: number;
  readonly url: string;
  readonly event: Event['name'];
  readonly action: string | null;
  readonly result: DeliveryResult;
  readonly ms: number;
  readonly payload: object;
}

const TIMEOUT_MS = 10_000;
const KEPT_MAX = 2000;

export class Webhooks {
  readonly deliveries: Delivery[] = [];
  readonly #hooks: readonly NumberedHook[];
  readonly #queues = new Map<NumberedHook, Promise<void>>();
  readonly #faults: Faults;
  readonly #clock: () => Date;
  readonly #log: (line: string) => void;
  readonly #closed = new AbortController();

  constructor(
    hooks: readonly Hook[],
    faults: Faults,
    clock: () => Date,
    log: (line: string) => void,
  ) {
    this.#hooks = hooks.map((hook, index) => ({ ...hook, id: index + 1 }));
    this.#faults = faults;
    this.#clock = clock;
    this.#log = log;
  }

  /** The payload is written down at once: it says how things were when it happened. */
  send(event: Event): void {
    const guid = randomUUID();
    const body = JSON.stringify(event.payload);
    for (const hook of this.#hooks) this.#enqueue(hook, guid, event, body);
  }

  /** GitHub says hello to every hook when it is made. */
  ping(): void {
    for (const hook of this.#hooks) {
      const payload = {
        zen: 'Keep it logically awesome.',
        hook_id: hook.id,
        hook: { type: 'Repository', id: hook.id, active: true, events: ['*'] },
      };
      const event: Event = { name: 'ping', action: null, payload };
      this.#enqueue(hook, randomUUID(), event, JSON.stringify(payload));
    }
  }

  /** Resolves when nothing is under way or waiting. */
  async idle(): Promise<void> {
    for (;;) {
      const queues = [...this.#queues.values()];
      await Promise.all(queues);
      const now = [...this.#queues.values()];
      if (now.every((queue, index) => queue === queues[index])) return;
    }
  }

  /** Cuts what is under way and forgets what has not been sent yet. */
  close(): void {
    this.#closed.abort();
  }

  #enqueue(hook: NumberedHook, guid: string, event: Event, body: string): void {
    const before = this.#queues.get(hook) ?? Promise.resolve();
    this.#queues.set(
      hook,
      before.then(() => this.#deliver(hook, guid, event, body)),
    );
  }

  async #deliver(hook: NumberedHook, guid: string, event: Event, body: string): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const at = this.#clock().toISOString();
    const start = performance.now();
    const what = event.action === null ? event.name : `${event.name}.${event.action}`;
    const fault = this.#faults.take('webhook', 'before', 'POST', what);
    const result =
      fault?.kind === 'drop' || fault?.kind === 'answer'
        ? ({ kind: 'dropped' } as const)
        : await this.#post(hook, guid, event.name, body, fault?.kind === 'delay' ? fault.ms : 0);
    const ms = Math.round(performance.now() - start);
    const { url, id: hookId } = hook;
    const { name, action, payload } = event;
    this.deliveries.push({ at, guid, hookId, url, event: name, action, result, ms, payload });
    if (this.deliveries.length > KEPT_MAX) this.deliveries.shift();
    this.#log(`webhook ${what} -> ${url}: ${result.kind}`);
  }

  async #post(
    hook: NumberedHook,
    guid: string,
    name: string,
    body: string,
    delayMs: number,
  ): Promise<DeliveryResult> {
    if (delayMs > 0) await sleep(delayMs);
    try {
      const response = await fetch(hook.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'GitHub-Hookshot/f0r9e00',
          'X-GitHub-Delivery': guid,
          'X-GitHub-Event': name,
          'X-GitHub-Hook-ID': String(hook.id),
          'X-GitHub-Hook-Installation-Target-Type': 'repository',
          'X-Hub-Signature-256': await sign(hook.secret, body),
        },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closed.signal]),
      });
      await response.arrayBuffer();
      return { kind: 'answered', status: response.status };
    } catch (error) {
      // Refused, cut or too slow: GitHub notes it down and goes on, and so do we.
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  }
}
