// Faults that tests and operators order: an answer that is not the true one, one that comes late or shows
// the past, a connection that is cut; before the effect, or after it (it happened, and the answer is
// lost); webhooks that are lost, doubled, late or overtaken.
// Faults change answers and deliveries only, never what the forge remembers.

import { z } from 'zod';
import { KNOWN_ANSWER_NAMES, KNOWN_ANSWERS } from './known-answers.ts';

const LONGEST_MS = 600_000;

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

const ofAnswers = [
  z.strictObject({
    status: z.number().int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({
    answer: z.enum(KNOWN_ANSWER_NAMES),
    retryAfterSeconds: z.number().int().min(0).default(60),
  }),
  z.strictObject({ hang: z.literal(true) }),
] as const;
const ofReads = [
  z.strictObject({ staleSeconds: z.number().positive() }),
  z.strictObject({
    forbidField: z.string(),
    message: z.string().default('Resource not accessible by personal access token'),
  }),
] as const;
const ofAnything = [
  z.strictObject({ delayMs: z.number().int().min(0).max(LONGEST_MS) }),
  z.strictObject({ drop: z.literal(true) }),
] as const;
const ofWebhooks = [
  /** It was tried and noted down as failed, so that it can be asked for again. */
  z.strictObject({ fail: z.union([z.literal('timed_out'), z.number().int().min(300).max(599)]) }),
  /** So many times more, under the same GUID. */
  z.strictObject({ duplicate: z.number().int().positive() }),
  /** So many later ones arrive before it. */
  z.strictObject({ overtakenBy: z.number().int().positive() }),
] as const;

export const faultSchema = z
  .strictObject({
    match: z.strictObject({
      api: z.enum(['rest', 'graphql', 'git', 'webhook']),
      method: z.string().optional(),
      /** Part of `METHOD /path?query`, of the GraphQL request's text, or of `event.action`. */
      path: z.string().optional(),
      /** A regular expression for the same. */
      pattern: z.string().refine(isPattern, 'not a regular expression').optional(),
      /** Part of the User-Agent of whoever asks. */
      client: z.string().optional(),
    }),
    when: z.enum(['before', 'after']).default('before'),
    do: z.union([...ofAnswers, ...ofReads, ...ofAnything, ...ofWebhooks]),
    /** `always`: until faults are cleared. */
    times: z.union([z.number().int().min(1), z.literal('always')]).default(1),
    /** By which it can be cleared alone. */
    name: z.string().optional(),
  })
  .superRefine((fault, context) => {
    const why = misplaced(fault.match.api, fault.when, fault.do);
    if (why !== null) context.addIssue({ code: 'custom', path: ['do'], message: why });
  });

export type Fault = z.output<typeof faultSchema>;
export type Api = Fault['match']['api'];

function misplaced(api: Api, when: Fault['when'], what: Fault['do']): string | null {
  const isForWebhooks = 'fail' in what || 'duplicate' in what || 'overtakenBy' in what;
  const isForAll = 'drop' in what || 'delayMs' in what;
  if (isForWebhooks && api !== 'webhook') return 'this is for webhooks only';
  if (api === 'webhook' && !isForWebhooks && !isForAll) return 'this is not for webhooks';
  if (api === 'webhook' && when === 'after') return 'a webhook has no after';
  if ('forbidField' in what && api !== 'graphql') return 'only GraphQL has fields to forbid';
  if ('staleSeconds' in what && api === 'git') return 'git always reads the present';
  const isAboutReads = 'forbidField' in what || 'staleSeconds' in what;
  return isAboutReads && when === 'after' ? 'what is read is decided before' : null;
}

/** What a fault is looked up for. */
export interface Asked {
  readonly method: string;
  /** Of which `path` and `pattern` speak. */
  readonly text: string;
  /** The User-Agent; empty where we ask ourselves. */
  readonly client: string;
}

export type Order =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'stale'; readonly seconds: number }
  | { readonly kind: 'forbid'; readonly field: string; readonly message: string }
  | { readonly kind: 'fail'; readonly status: number | null }
  | { readonly kind: 'duplicate'; readonly more: number }
  | { readonly kind: 'overtaken'; readonly by: number };

export class Faults {
  readonly #nowMs: () => number;
  #pending: Fault[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get pending(): readonly Fault[] {
    return this.#pending;
  }

  add(fault: Fault): void {
    this.#pending.push({ ...fault });
  }

  /** @param name of those that are cleared; null: all */
  clear(name: string | null): void {
    this.#pending = this.#pending.filter((fault) => name !== null && fault.name !== name);
  }

  /** The order of the first fault that matches, which is used up once; null when none does. */
  take(api: Api, when: Fault['when'], { method, text, client }: Asked): Order | null {
    const fault = this.#pending.find(
      ({ match, when: its }) =>
        match.api === api &&
        its === when &&
        (match.method ?? method).toUpperCase() === method.toUpperCase() &&
        text.includes(match.path ?? '') &&
        client.includes(match.client ?? '') &&
        new RegExp(match.pattern ?? '').test(text),
    );
    if (fault === undefined) return null;
    if (fault.times !== 'always') {
      fault.times -= 1;
      if (fault.times === 0) this.#pending = this.#pending.filter((other) => other !== fault);
    }
    return this.#order(fault.do);
  }

  #order(wanted: Fault['do']): Order {
    if ('drop' in wanted) return { kind: 'drop' };
    if ('hang' in wanted) return { kind: 'hang' };
    if ('delayMs' in wanted) return { kind: 'delay', ms: wanted.delayMs };
    if ('staleSeconds' in wanted) return { kind: 'stale', seconds: wanted.staleSeconds };
    if ('duplicate' in wanted) return { kind: 'duplicate', more: wanted.duplicate };
    if ('overtakenBy' in wanted) return { kind: 'overtaken', by: wanted.overtakenBy };
    if ('fail' in wanted) {
      return { kind: 'fail', status: wanted.fail === 'timed_out' ? null : wanted.fail };
    }
    if ('forbidField' in wanted) {
      return { kind: 'forbid', field: wanted.forbidField, message: wanted.message };
    }
    if ('answer' in wanted) {
      const occasion = { nowMs: this.#nowMs(), retryAfterSeconds: wanted.retryAfterSeconds };
      return { kind: 'answer', ...KNOWN_ANSWERS[wanted.answer](occasion) };
    }
    const body = wanted.body ?? { message: 'Server Error' };
    return { kind: 'answer', status: wanted.status, body, headers: wanted.headers ?? {} };
  }
}
