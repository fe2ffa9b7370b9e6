// What a story may do to calls on the wire: which calls, and what befalls them.
import type { Fault } from '../../../src/core/fault.ts';
import type { Mischief, Port, Trouble } from './wire.ts';

export type Choice = (...args: Parameters<Mischief>) => boolean;

/** Calls of that name, such as `github.land`. */
export const calling =
  (...names: readonly string[]): Choice =>
  ({ name }) =>
    names.includes(name);

/** Every call of that port. */
export const callsTo =
  (port: Port): Choice =>
  ({ name }) =>
    name.startsWith(`${port}.`);

const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };
export const lostOnTheWay: Trouble = { when: 'before', with: cut };
export const answerLost: Trouble = { when: 'after', with: cut };
