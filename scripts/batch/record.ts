/**
 * What the local Batch remembers: batches, their updates, job groups, jobs and attempts, and the
 * events that change them. Only scheduler.ts changes a record, and only because of an event, so
 * that replaying the journal gives the same state; the live picture of a running attempt is the one
 * exception.
 */
import type { BatchSpec, JobGroupSpec, JobSpec } from './job-spec.ts';

export type CompleteState = 'Success' | 'Failed' | 'Error' | 'Cancelled';
export type JobState = 'Pending' | 'Ready' | 'Running' | CompleteState;

export const containerNames = ['input', 'main', 'output'] as const;
export type ContainerName = (typeof containerNames)[number];

/** One of a job's three containers. Times in ms since the epoch. */
export type Container =
  | { state: 'running'; startMs: number }
  | { state: 'succeeded' | 'failed'; startMs: number; endMs: number; exitCode: number }
  | { state: 'error'; startMs: number; endMs: number; error: string; shortError: string | null }
  | { state: 'cancelled'; startMs: number; endMs: number };
export type Containers = { [name in ContainerName]?: Container };

/** How an attempt ended. */
export interface Outcome {
  state: CompleteState;
  containers: Containers;
}

/**
 * Why an attempt went away under its job: the local Batch itself stopped, or its machine was taken
 * away on purpose.
 */
export type Loss = 'lost' | 'preempted';

export interface Attempt {
  readonly id: string;
  readonly startMs: number;
  endMs: number | null;
  end: CompleteState | Loss | null;
  /** Shown as containers start and stop; the journal keeps only the final picture. */
  containers: Containers;
}

export interface JobRecord {
  readonly id: number;
  readonly updateId: number;
  readonly groupId: number;
  readonly spec: JobSpec;
  /** Absolute ids. */
  readonly parents: readonly number[];
  readonly children: number[];
  state: JobState;
  /** A parent did not succeed: the job does not run unless it always runs. */
  markedCancelled: boolean;
  /** Parents that are not complete yet. */
  waitingFor: number;
  readonly attempts: Attempt[];
}

export interface UpdateRecord {
  readonly id: number;
  readonly token: string;
  readonly nJobs: number;
  readonly startJobId: number;
  readonly nGroups: number;
  readonly startGroupId: number;
  committed: boolean;
}

/** What a batch and a job group have in common: both count the jobs below them, and can be cancelled. */
export interface GroupRecord {
  readonly id: number;
  /** null for the root. */
  readonly parent: GroupRecord | null;
  /** null for the root, which is there without any update. */
  readonly updateId: number | null;
  readonly spec: Pick<JobGroupSpec, 'attributes' | 'callback' | 'cancel_after_n_failures'>;
  readonly createdMs: number;
  /**
   * `complete` from the start: a batch without a committed update reads as complete and successful
   * with no jobs, as the real one does. A client must not take that for a passed test.
   */
  state: 'running' | 'complete';
  completedMs: number | null;
  cancelled: boolean;
  /** Of its own jobs and those of the groups below it. */
  readonly counts: Counts;
}

export interface BatchRecord {
  readonly id: number;
  readonly user: string;
  readonly spec: BatchSpec;
  readonly createdMs: number;
  readonly updates: UpdateRecord[];
  /** Job group 0: the batch as a whole. */
  readonly root: GroupRecord;
  /** By id, with the root. Groups of uncommitted updates are here too. */
  readonly groups: Map<number, GroupRecord>;
  /** By id. Jobs of uncommitted updates are here too. */
  readonly jobs: Map<number, JobRecord>;
  /** The jobs that may start, in no order. */
  readonly ready: Set<JobRecord>;
  deleted: boolean;
}

export interface Counts {
  jobs: number;
  completed: number;
  succeeded: number;
  failed: number;
  cancelled: number;
}

/** A group's id and place are absolute; a journal from before there were groups has none. */
export interface NewGroup {
  readonly id: number;
  readonly parent: number;
  readonly spec: GroupRecord['spec'];
}

export type BatchEvent =
  | { kind: 'batch'; batch: number; user: string; spec: BatchSpec; ms: number }
  | {
      kind: 'update';
      batch: number;
      update: number;
      token: string;
      nJobs: number;
      start: number;
      nGroups?: number;
      startGroup?: number;
    }
  | { kind: 'groups'; batch: number; update: number; groups: readonly NewGroup[]; ms: number }
  | { kind: 'jobs'; batch: number; update: number; jobs: readonly JobSpec[] }
  | { kind: 'commit'; batch: number; update: number; ms: number }
  | { kind: 'start'; batch: number; job: number; attempt: string; ms: number }
  | { kind: 'end'; batch: number; job: number; ms: number; outcome: Outcome }
  | { kind: 'lost'; batch: number; job: number; ms: number; why?: Loss }
  | { kind: 'cancel'; batch: number; group?: number; ms: number }
  | { kind: 'delete'; batch: number };

export function isComplete(state: JobState): state is CompleteState {
  return state === 'Success' || state === 'Failed' || state === 'Error' || state === 'Cancelled';
}

/** Effectively cancelled: told to stop, or made pointless by a parent, unless it always runs. */
export function isCancelled(batch: BatchRecord, job: JobRecord): boolean {
  return !job.spec.always_run && (job.markedCancelled || isGroupCancelled(batch, job.groupId));
}

/** Itself, or any group that it is in. */
export function isGroupCancelled(batch: BatchRecord, groupId: number): boolean {
  return lineage(batch, groupId).some((group) => group.cancelled);
}

/** The group, its parent, and so on up to the root. */
export function lineage(batch: BatchRecord, groupId: number): GroupRecord[] {
  const groups: GroupRecord[] = [];
  for (let group = batch.groups.get(groupId) ?? null; group; group = group.parent) {
    groups.push(group);
  }
  return groups;
}

/** Absolute ids: those in the update count from its start, and 0 there is the root of a new batch. */
export function groupIdOf(update: UpdateRecord, spec: JobSpec): number {
  if (spec.absolute_job_group_id !== undefined) return spec.absolute_job_group_id;
  if (spec.in_update_job_group_id === undefined) return 0;
  return update.startGroupId + spec.in_update_job_group_id - 1;
}

/** Jobs that the world may see: those of committed updates, ascending. */
export function committedJobs(batch: BatchRecord): JobRecord[] {
  const committed = committedUpdates(batch);
  return [...batch.jobs.values()]
    .filter((job) => committed.has(job.updateId))
    .sort((a, b) => a.id - b.id);
}

/** Groups that the world may see, ascending: the root, and those of committed updates. */
export function committedGroups(batch: BatchRecord): GroupRecord[] {
  const committed = committedUpdates(batch);
  return [...batch.groups.values()]
    .filter((group) => group.updateId === null || committed.has(group.updateId))
    .sort((a, b) => a.id - b.id);
}

function committedUpdates(batch: BatchRecord): Set<number> {
  return new Set(batch.updates.filter((update) => update.committed).map((update) => update.id));
}
