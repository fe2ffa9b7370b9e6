/**
 * Faults on demand, and the log of requests: how a test makes this Batch slow, wrong or silent, and
 * counts what was asked of it. Switched through /_batch, never by the code that answers requests.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';

export const faultSpec = z.strictObject({
  match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }),
  /** `after` lets the request take effect first, so that only its answer is lost. */
  when: z.enum(['before', 'after']),
  do: z.union([
    z.strictObject({ status: z.int().min(200).max(599), body: z.string().optional() }),
    z.strictObject({ delayMs: z.number().nonnegative() }),
    z.strictObject({ drop: z.literal(true) }),
  ]),
  times: z.int().positive(),
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

const linesKept = 10_000;

export class Faults {
  readonly #now: () => number;
  #specs: FaultSpec[] = [];
  #lines: RequestLine[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get requests(): readonly RequestLine[] {
    return this.#lines;
  }

  add(spec: FaultSpec): void {
    this.#specs.push({ ...spec });
  }

  clear(): void {
    this.#specs = [];
  }

  forget(): void {
    this.#lines = [];
  }

  readonly middleware: MiddlewareHandler<{ Bindings: HttpBindings }> = async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const path = pathname + search;
    const at = new Date(this.#now()).toISOString();
    const line: RequestLine = { at, method: c.req.method, path, status: null };
    this.#lines.push(line);
    if (this.#lines.length > linesKept) this.#lines.shift();
    const fault = this.#take(c.req.method, path);
    if (fault?.when === 'before') {
      const answer = await perform(fault, c);
      if (answer) {
        line.status = answer.status;
        return answer;
      }
      if ('drop' in fault.do) return c.body(null);
    }
    await next();
    line.status = c.res.status;
    if (fault?.when !== 'after') return undefined;
    const answer = await perform(fault, c);
    if ('drop' in fault.do) line.status = null;
    if (!answer) return undefined;
    line.status = answer.status;
    c.res = undefined;
    c.res = answer;
    return undefined;
  };

  #take(method: string, path: string): FaultSpec | undefined {
    const fault = this.#specs.find(
      ({ match }) =>
        (match.method === undefined || match.method === method) && path.includes(match.path ?? ''),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times === 0) this.#specs = this.#specs.filter((spec) => spec !== fault);
    return fault;
  }
}

/** @returns the answer to give instead, or null when the fault is of another kind. */
async function perform(
  fault: FaultSpec,
  c: Context<{ Bindings: HttpBindings }>,
): Promise<Response | null> {
  if ('status' in fault.do) {
    const { status, body = `${status}: a fault that was asked for` } = fault.do;
    const bodiless = status === 204 || status === 205 || status === 304;
    return new Response(bodiless ? null : body, { status });
  }
  if ('drop' in fault.do) {
    c.env.incoming.socket.destroy();
    return null;
  }
  const { delayMs } = fault.do;
  // A long one must not keep the program alive once the server is closed.
  await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
  return null;
}
