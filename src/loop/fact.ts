import type { Fault } from '../core/fault.ts';
import type { Result } from '../core/result.ts';

/** What a port's method answers when nothing went wrong. */
export type Fact<Method extends (...args: never[]) => Promise<Result<unknown, Fault>>> =
  Awaited<ReturnType<Method>> extends infer Answer
    ? Answer extends { ok: true; value: infer Value }
      ? Value
      : never
    : never;
