/**
 * Faults on demand, and the log of requests: how a test makes a local server slow, wrong or silent,
 * and counts what was asked of it. Switched by control routes, never by the code that answers.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';

/** Node fires a timer that is set for longer at once. */
const longestTimerMs = 2 ** 31 - 1;
const pattern = z.string().refine(isPattern, 'not a regular expression');

export const faultSpec = z.strictObject({
  /** Which requests; an empty one matches all. The path is looked at with its query. */
  match: z.strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    pattern: pattern.optional(),
  }),
  /**
   * `after` lets the request take effect first, so that only its answer is lost; `midway` lets half
   * of it, where a server does something in two steps.
   */
  when: z.enum(['before', 'midway', 'after']).default('before'),
  do: z.union([
    z.strictObject({ status: z.int().min(200).max(599), body: z.string().optional() }),
    z.strictObject({ delayMs: z.number().nonnegative().max(longestTimerMs) }),
    z.strictObject({ drop: z.literal(true) }),
    z.strictObject({ hang: z.literal(true) }),
  ]),
  /** How often; absent means until faults are cleared. */
  times: z.int().positive().optional(),
  /** By which it can be cleared alone. */
  name: z.string().optional(),
});
export type FaultSpec = z.infer<typeof faultSpec>;

export interface RequestLine {
  readonly at: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** null while it is being answered, and for good when the connection was dropped. */
  status: number | null;
}

/** A request that may break midway: whoever does it in two steps calls this between them. */
export type Breakable = {
  Bindings: HttpBindings;
  Variables: { midway?: () => Promise<Response | null> };
};

/** How this server words a refusal that was asked for without a body. */
export type Wording = (status: number) => Response;

const linesKept = 10_000;

export class Faults {
  readonly #now: () => number;
  readonly #wording: Wording;
  #specs: FaultSpec[] = [];
  #lines: RequestLine[] = [];

  constructor(now: () => number, wording: Wording) {
    this.#now = now;
    this.#wording = wording;
  }

  get requests(): readonly RequestLine[] {
    return this.#lines;
  }

  /** Those that wait for a request, with how often they are still to hit. */
  get waiting(): readonly FaultSpec[] {
    return this.#specs;
  }

  add(spec: FaultSpec): void {
    this.#specs.push({ ...spec });
  }

  /** @param name of those that are cleared; null: all */
  clear(name: string | null): void {
    this.#specs = this.#specs.filter((spec) => name !== null && spec.name !== name);
  }

  forget(): void {
    this.#lines = [];
  }

  readonly middleware: MiddlewareHandler<Breakable> = async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const path = pathname + search;
    const at = new Date(this.#now()).toISOString();
    const line: RequestLine = { at, method: c.req.method, path, status: null };
    this.#lines.push(line);
    if (this.#lines.length > linesKept) this.#lines.shift();
    const fault = this.#take(c.req.method, path);
    if (fault?.when === 'before') {
      const answer = await this.#perform(fault, c);
      if (answer) {
        line.status = 'drop' in fault.do ? null : answer.status;
        return answer;
      }
    }
    if (fault?.when === 'midway') c.set('midway', () => this.#perform(fault, c));
    await next();
    line.status = fault?.when === 'midway' && 'drop' in fault.do ? null : c.res.status;
    if (fault?.when !== 'after') return undefined;
    const answer = await this.#perform(fault, c);
    if (!answer) return undefined;
    line.status = 'drop' in fault.do ? null : answer.status;
    c.res = undefined;
    c.res = answer;
    return undefined;
  };

  #take(method: string, path: string): FaultSpec | undefined {
    const fault = this.#specs.find(
      ({ match }) =>
        (match.method === undefined || match.method === method) &&
        path.includes(match.path ?? '') &&
        new RegExp(match.pattern ?? '').test(path),
    );
    if (fault?.times === undefined) return fault;
    fault.times -= 1;
    if (fault.times === 0) this.#specs = this.#specs.filter((spec) => spec !== fault);
    return fault;
  }

  /** @returns the answer to give instead, or null when there is to be the ordinary one. */
  async #perform(fault: FaultSpec, c: Context<Breakable>): Promise<Response | null> {
    const what = fault.do;
    if ('status' in what) {
      if (what.body === undefined) return this.#wording(what.status);
      const bodiless = [204, 205, 304].includes(what.status);
      return new Response(bodiless ? null : what.body, { status: what.status });
    }
    if ('drop' in what) {
      c.env.incoming.socket.destroy();
      return new Response(null);
    }
    if ('hang' in what) {
      // Until whoever asked hangs up, or the server closes.
      await new Promise((resolve) => c.env.incoming.socket.once('close', resolve));
      return new Response(null);
    }
    // A long one must not keep the program alive once the server is closed.
    await new Promise((resolve) => setTimeout(resolve, what.delayMs).unref());
    return null;
  }
}

/** A plain refusal in text, for servers that have no form of their own. */
export function plainWording(status: number): Response {
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : `${status}: a fault that was asked for`, { status });
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
