// What is live of the newest deploy: when it is to be read, and whether there is anything left to wait for (S8.4).
import type { BatchId, Instant } from '../../schemas/ids.ts';
import type {
  DeployedService,
  LiveService,
  Rollout,
  WorkloadKind,
} from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';

export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** A pod is done when its deploy is, so there is nothing live of it. */
export const workloadsOf = (services: readonly DeployedService[]): Workload[] =>
  services.flatMap(({ kind, name }) => (kind === 'Pod' ? [] : [{ kind, name }]));

/** @returns undefined for one that the cluster does not have */
export const liveOf = (
  live: readonly LiveService[],
  { kind, name }: DeployedService,
): LiveService | undefined =>
  live.find((service) => service.kind === kind && service.name === name);

const isComplete = ({ services, read }: Rollout): boolean =>
  read !== null &&
  read.error === null &&
  workloadsOf(services).every((workload) => liveOf(read.live, workload)?.isRolledOut);

/** When a deploy has ended; and then once for each poll, as long as something is not ready. */
export function isRolloutDue({ deploy, rollout, polledAt }: BranchState): boolean {
  if (rollout === null || deploy.kind === 'running') return false;
  if (workloadsOf(rollout.services).length === 0) return false;
  if (rollout.read === null) return true;
  return !isComplete(rollout) && polledAt !== null && rollout.read.at < polledAt;
}

export const foldRollout = (
  state: BranchState,
  batch: BatchId,
  { live, error }: { readonly live: readonly LiveService[]; readonly error: string | null },
  now: Instant,
): BranchState =>
  state.rollout?.batch === batch
    ? { ...state, rollout: { ...state.rollout, read: { at: now, live, error } } }
    : state;
