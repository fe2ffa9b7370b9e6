// The answer of a port's method when nothing went wrong, as a type.
import type { Fault } from '../core/fault.ts';
import type { Result } from '../core/result.ts';

export type Fact<Method extends (...args: never[]) => Promise<Result<unknown, Fault>>> = Extract<
  Awaited<ReturnType<Method>>,
  { ok: true }
>['value'];
