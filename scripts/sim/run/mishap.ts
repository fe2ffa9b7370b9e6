// An exception of the simulator itself, or of somebody who acts in it: told like a violation, with its seed.
import type { Invariant } from '../invariants/invariant.ts';
import type { Simulation } from './simulation.ts';

export const mishap: Invariant = {
  name: 'the simulator does not fail',
  sentence: 'A history is told to its end, without an exception in the simulator itself.',
};

export async function toldToTheEnd(sim: Simulation, tell: () => Promise<unknown>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    sim.violate(mishap.name, wordsOf(error));
  }
}

/** @returns what was thrown, and where */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
