// The record of webhook deliveries, kept across restarts in root/deliveries.jsonl, a line each. It
// remembers what was sent and what came back; sending is webhooks.ts.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const resultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answered'), status: z.number() }),
  z.object({ kind: z.literal('failed'), why: z.string(), status: z.number().default(0) }),
  z.object({ kind: z.literal('dropped') }),
]);
export type DeliveryResult = z.infer<typeof resultSchema>;

const deliverySchema = z.object({
  id: z.number(),
  at: z.string(),
  /** Names the event, so it is the same for every hook that hears of it, and when it is sent again. */
  guid: z.string(),
  hookId: z.number(),
  url: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  result: resultSchema,
  ms: z.number(),
  redelivery: z.boolean(),
  installation: z.number().nullable(),
  repository: z.number().nullable(),
  headers: z.record(z.string(), z.string()),
  payload: z.record(z.string(), z.unknown()),
  answer: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;

const KEPT_MAX = 2000;

export class Deliveries {
  readonly #path: string;
  /** Milliseconds since 1970; what is older GitHub has forgotten. */
  readonly #oldestMs: () => number;
  #all: Delivery[];

  constructor(path: string, oldestMs: () => number) {
    this.#path = path;
    this.#oldestMs = oldestMs;
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    this.#all = lines.flatMap(readLine).slice(-KEPT_MAX);
    if (lines.length > KEPT_MAX) this.#rewrite();
  }

  get all(): readonly Delivery[] {
    return this.#all;
  }

  /** What GitHub has on record of a hook, newest first; what it lost it does not know of. */
  of(hookId: number): Delivery[] {
    const oldestMs = this.#oldestMs();
    return this.#all
      .filter(
        ({ hookId: its, result, at }) =>
          its === hookId && result.kind !== 'dropped' && Date.parse(at) >= oldestMs,
      )
      .toReversed();
  }

  add(delivery: Delivery): void {
    this.#all.push(delivery);
    if (this.#all.length <= 2 * KEPT_MAX) {
      appendFileSync(this.#path, `${JSON.stringify(delivery)}\n`);
      return;
    }
    this.#all = this.#all.slice(-KEPT_MAX);
    this.#rewrite();
  }

  #rewrite(): void {
    writeFileSync(this.#path, this.#all.map((one) => `${JSON.stringify(one)}\n`).join(''));
  }
}

/** A line that a crash cut short is left out. */
function readLine(line: string): Delivery[] {
  try {
    return [deliverySchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
