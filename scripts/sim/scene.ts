// What the invariants may ask of: the world, and a branch in it. The simulation is one such world, the
// exhaustive check another.
import type { Simulation } from './simulation.ts';
import type { Town } from './town.ts';

/** A branch as it is seen from outside. */
export type Resident = Pick<
  Town,
  | 'index'
  | 'config'
  | 'state'
  | 'told'
  | 'now'
  | 'resets'
  | 'callsOfPass'
  | 'calls'
  | 'looked'
  | 'forgotten'
> & { readonly object: { readonly memoriesLost: number } };

export type Scene = Pick<Simulation, 'github' | 'batch' | 'looks' | 'ghosts'> & {
  readonly alerts: readonly { readonly town: Resident; readonly cause: string }[];
};
