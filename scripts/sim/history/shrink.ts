// Delta debugging: a history that breaks an invariant, with every step left out that it does not need.

import { runHistory } from '../run/run-seed.ts';
import type { History, Step } from './history.ts';

/** @returns a history that breaks the same invariant with as few steps as was found */
export async function shrink(history: History): Promise<History> {
  const whole = await runHistory(history);
  const broken = whole.violation?.invariant;
  if (broken === undefined) return history;
  const stillBreaks = async (steps: readonly Step[]): Promise<boolean> =>
    (await runHistory({ ...history, steps })).violation?.invariant === broken;
  const taken = history.steps.filter((step) => whole.taken.has(step));
  let steps = (await stillBreaks(taken)) ? taken : history.steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < steps.length; ) {
      const without = [...steps.slice(0, from), ...steps.slice(from + size)];
      if (await stillBreaks(without)) steps = without;
      else from += size;
    }
  }
  return { ...history, steps };
}
