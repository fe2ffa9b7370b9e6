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

/** So many of a hundred calls, always the same ones. */
export function sometimes(percent: number, seed = 1): Choice {
  let state = seed;
  return () => {
    // Linear congruential; its high bits are random enough to choose by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32) * 100 < percent;
  };
}

const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };
export const lostOnTheWay: Trouble = { when: 'before', with: cut };
export const answerLost: Trouble = { when: 'after', with: cut };
