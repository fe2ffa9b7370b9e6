// Faults that tests and operators order: an answer that is not the true one, one that comes late, a
// connection that is cut; before the effect, or after it (it happened, and the answer is lost).
// Faults change answers only, never what the forge remembers.

import { z } from 'zod';

export const faultSchema = z.strictObject({
  match: z.strictObject({
    api: z.enum(['rest', 'graphql', 'git', 'webhook']),
    method: z.string().optional(),
    /** Part of `METHOD /path?query`, of the GraphQL request's text, or of `event.action`. */
    path: z.string().optional(),
  }),
  when: z.enum(['before', 'after']).default('before'),
  do: z.union([
    z.strictObject({
      status: z.number().int().min(200).max(599),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
    z.strictObject({ delayMs: z.number().int().min(0).max(600_000) }),
    z.strictObject({ drop: z.literal(true) }),
  ]),
  times: z.number().int().min(1).default(1),
});

export type Fault = z.infer<typeof faultSchema>;
export type Api = Fault['match']['api'];

export type Order =
  | { kind: 'answer'; status: number; body: unknown; headers: Record<string, string> }
  | { kind: 'delay'; ms: number }
  | { kind: 'drop' };

export class Faults {
  #pending: Fault[] = [];

  get pending(): readonly Fault[] {
    return this.#pending;
  }

  add(fault: Fault): void {
    this.#pending.push({ ...fault });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The order of the first fault that matches, which is used up once; null when none does. */
  take(api: Api, when: Fault['when'], method: string, text: string): Order | null {
    const fault = this.#pending.find(
      (candidate) =>
        candidate.match.api === api &&
        candidate.when === when &&
        (candidate.match.method ?? method).toUpperCase() === method.toUpperCase() &&
        text.includes(candidate.match.path ?? ''),
    );
    if (fault === undefined) return null;
    fault.times -= 1;
    if (fault.times === 0) this.#pending = this.#pending.filter((other) => other !== fault);
    return order(fault.do);
  }
}

function order(wanted: Fault['do']): Order {
  if ('drop' in wanted) return { kind: 'drop' };
  if ('delayMs' in wanted) return { kind: 'delay', ms: wanted.delayMs };
  const body = wanted.body ?? { message: 'Server Error' };
  return { kind: 'answer', status: wanted.status, body, headers: wanted.headers ?? {} };
}
