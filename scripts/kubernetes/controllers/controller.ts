/**
 * What a controller is: something that looks at the objects, brings one step nearer what is wanted of
 * them, and says when it wants to look again.
 */
import type { Objects } from '../objects.ts';

export interface Surroundings {
  readonly objects: Objects;
  readonly now: () => number;
  /** Changeable while it runs. */
  readonly pace: Pace;
}

export interface Pace {
  /** From a pod's creation to its being ready. */
  readyDelayMs: number;
  /** From a namespace's deletion to its content's. */
  namespaceDelayMs: number;
}

/** @returns when there will be something to do without anything having changed, or null. */
export type Controller = (surroundings: Surroundings) => number | null;

/** The earliest of them. */
export function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
