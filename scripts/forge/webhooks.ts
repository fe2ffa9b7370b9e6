// Delivers events: signed, in order per hook, once, within ten seconds, never repeated by itself. A target
// that is down is no error of the forge; the record of deliveries says what happened.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign } from '@octokit/webhooks-methods';
import { type Listener, listenersOf } from './audience.ts';
import type { Deliveries, Delivery, DeliveryResult } from './deliveries.ts';
import type { Faults } from './faults.ts';
import { nodeId } from './json/node-id.ts';
import type { StateFile } from './state-file.ts';
import type { Event } from './world.ts';

/** One event on its way to one hook. */
interface Parcel {
  readonly listener: Listener;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payload: { readonly [key: string]: unknown };
  readonly repository: number | null;
  readonly redelivery: boolean;
}

interface Parts {
  readonly file: StateFile;
  readonly deliveries: Deliveries;
  readonly faults: Faults;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

const TIMEOUT_MS = 10_000;
const ANSWER_KEPT = 1000;

const nameOf = ({ event, action }: Parcel): string =>
  action === null ? event : `${event}.${action}`;

export class Webhooks {
  readonly #parts: Parts;
  readonly #queues = new Map<number, Promise<void>>();
  /** Parcels that others are to overtake, with how many of those are still missing. */
  #aside: { readonly parcel: Parcel; missing: number }[] = [];
  readonly #closed = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The payload is written down at once: it says how things were when it happened. */
  send(event: Event): void {
    const guid = randomUUID();
    const written = JSON.stringify(event.payload);
    for (const listener of listenersOf(this.#parts.file.state, event)) {
      this.#enqueue({
        listener,
        guid,
        event: event.name,
        action: event.action,
        payload: { ...installationOf(listener), ...JSON.parse(written) },
        repository: event.repository?.record.id ?? null,
        redelivery: false,
      });
    }
  }

  /** To one hook alone, asked for or not: what GitHub says when a hook is made or tried. */
  sendTo(listener: Listener, event: Event): void {
    this.#enqueue({
      listener,
      guid: randomUUID(),
      event: event.name,
      action: event.action,
      payload: { ...installationOf(listener), ...event.payload },
      repository: event.repository?.record.id ?? null,
      redelivery: false,
    });
  }

  /** The same once more, under the same GUID. */
  redeliver(listener: Listener, { guid, event, action, payload, repository }: Delivery): void {
    this.#enqueue({ listener, guid, event, action, payload, repository, redelivery: true });
  }

  /** Resolves when nothing is under way or waiting; what was to be overtaken and never was goes now. */
  async idle(): Promise<void> {
    for (;;) {
      const queues = [...this.#queues.values()];
      await Promise.all(queues);
      const now = [...this.#queues.values()];
      if (!now.every((queue, index) => queue === queues[index])) continue;
      if (this.#aside.length === 0) return;
      for (const { parcel } of this.#aside.splice(0)) this.#enqueueSending(parcel);
    }
  }

  /** Cuts what is under way and forgets what has not been sent yet. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.idle();
  }

  #after(hookId: number, then: () => Promise<void>): void {
    this.#queues.set(hookId, (this.#queues.get(hookId) ?? Promise.resolve()).then(then));
  }

  #enqueue(parcel: Parcel): void {
    this.#after(parcel.listener.hookId, () => this.#deliver(parcel));
  }

  #enqueueSending(parcel: Parcel): void {
    this.#after(parcel.listener.hookId, () => this.#send(parcel));
  }

  /** Does what was ordered to go wrong with it, if anything was. */
  async #deliver(parcel: Parcel): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const order = this.#parts.faults.take('webhook', 'before', {
      ...{ method: 'POST', text: nameOf(parcel), client: '' },
    });
    switch (order?.kind) {
      case 'drop':
        return this.#note(parcel, { kind: 'dropped' });
      case 'fail':
        return this.#note(parcel, failure(order.status));
      case 'overtaken':
        this.#aside.push({ parcel, missing: order.by });
        return;
      case 'delay':
        await sleep(order.ms, undefined, { signal: this.#closed.signal }).catch(() => undefined);
        break;
      case 'duplicate':
        for (let more = 0; more < order.more; more += 1) await this.#send(parcel);
        break;
    }
    await this.#send(parcel);
    this.#overtake(parcel.listener.hookId);
  }

  /** One more has arrived: those that only waited for it follow. */
  #overtake(hookId: number): void {
    for (const waiting of this.#aside) {
      if (waiting.parcel.listener.hookId === hookId) waiting.missing -= 1;
    }
    const due = this.#aside.filter(({ missing }) => missing <= 0);
    this.#aside = this.#aside.filter(({ missing }) => missing > 0);
    for (const { parcel } of due) this.#enqueueSending(parcel);
  }

  async #send(parcel: Parcel): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const start = performance.now();
    const { listener } = parcel;
    const json = JSON.stringify(parcel.payload);
    const isForm = listener.contentType === 'form';
    const body = isForm ? new URLSearchParams({ payload: json }).toString() : json;
    const headers = await headersOf(parcel, body);
    try {
      const response = await fetch(listener.url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closed.signal]),
      });
      const answer = (await response.text()).slice(0, ANSWER_KEPT);
      const result = { kind: 'answered', status: response.status } as const;
      this.#note(parcel, result, { headers, answer, ms: Math.round(performance.now() - start) });
    } catch (error) {
      // Refused, cut or too slow: GitHub notes it down and goes on, and so do we.
      if (this.#closed.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      const ms = Math.round(performance.now() - start);
      this.#note(parcel, { kind: 'failed', why, status: 0 }, { headers, answer: '', ms });
    }
  }

  #note(
    { listener, guid, event, action, payload, repository, redelivery }: Parcel,
    result: DeliveryResult,
    more: Pick<Delivery, 'headers' | 'answer' | 'ms'> = { headers: {}, answer: '', ms: 0 },
  ): void {
    const { file, deliveries, clock, log } = this.#parts;
    const { hookId, url } = listener;
    const installation = listener.installation?.id ?? null;
    const about = {
      guid,
      hookId,
      url,
      event,
      action,
      payload,
      repository,
      redelivery,
      installation,
    };
    deliveries.add({ id: file.nextId(), at: clock().toISOString(), result, ...about, ...more });
    log(`webhook ${action === null ? event : `${event}.${action}`} -> ${url}: ${result.kind}`);
  }
}

/** Apps are told which of their installations it is about. */
function installationOf({ installation }: Listener): object {
  if (installation === null) return {};
  const { id } = installation;
  return { installation: { id, node_id: nodeId('Installation', id) } };
}

const failure = (status: number | null): DeliveryResult =>
  status === null
    ? { kind: 'failed', why: 'timed out', status: 0 }
    : { kind: 'failed', why: `Invalid HTTP Response: ${status}`, status };

async function headersOf({ listener, guid, event }: Parcel, body: string) {
  const { hookId, target, contentType, secret } = listener;
  const signed = secret === null ? {} : { 'X-Hub-Signature-256': await sign(secret, body) };
  const type = contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    'Content-Type': type,
    'User-Agent': 'GitHub-Hookshot/f0r9e00',
    'X-GitHub-Delivery': guid,
    'X-GitHub-Event': event,
    'X-GitHub-Hook-ID': String(hookId),
    'X-GitHub-Hook-Installation-Target-ID': String(target.id),
    'X-GitHub-Hook-Installation-Target-Type': target.type,
    ...signed,
  };
}
