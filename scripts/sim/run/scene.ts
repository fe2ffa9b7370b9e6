// What the invariants may ask of: the world, and a branch in it. The simulation is one such world, the
// exhaustive check another.
import type { BatchId } from '../../../schemas/ids.ts';
import type { BatchWorld } from '../world/batch-world.ts';
import type { GithubWorld } from '../world/github-world.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';
import type { Looks } from './looks.ts';
import type { Town } from './town.ts';

/** A branch as it is seen from outside. */
export type Resident = Pick<
  Town,
  | 'index'
  | 'config'
  | 'state'
  | 'told'
  | 'now'
  | 'skewMs'
  | 'removed'
  | 'credential'
  | 'callsOfPass'
  | 'calls'
  | 'looked'
  | 'forgotten'
> & { readonly object: { readonly memoriesLost: number } };

export interface Scene {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  /** null: there is none. */
  readonly kubernetes: KubernetesWorld | null;
  readonly looks: Looks;
  /** Batches that were made for a process that had died by then, until Batch is listed again. */
  readonly ghosts: ReadonlySet<BatchId>;
  /** Check runs that were made for a process that had died by then, or while reads lagged: whoever looks may not know of them. */
  readonly ghostRuns: ReadonlySet<number>;
  readonly alerts: readonly { readonly town: Resident; readonly cause: string }[];
}
