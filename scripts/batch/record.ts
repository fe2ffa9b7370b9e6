/**
 * What the local Batch remembers: batches, their updates, jobs and attempts, and the events that
 * change them. Only scheduler.ts changes a record, and only because of an event, so that replaying
 * the journal gives the same state; the live picture of a running attempt is the one exception.
 */
import type { BatchSpec, JobSpec } from './job-spec.ts';

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

export interface Attempt {
  readonly id: string;
  readonly startMs: number;
  endMs: number | null;
  /** Why it ended; `lost` when the local Batch itself went away under it. */
  end: CompleteState | 'lost' | null;
  /** Shown as containers start and stop; the journal keeps only the final picture. */
  containers: Containers;
}

export interface JobRecord {
  readonly id: number;
  readonly updateId: number;
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
  committed: boolean;
}

export interface BatchRecord {
  readonly id: number;
  readonly user: string;
  readonly spec: BatchSpec;
  readonly createdMs: number;
  readonly updates: UpdateRecord[];
  /** In ascending id order once committed; jobs of uncommitted updates are here too. */
  readonly jobs: Map<number, JobRecord>;
  /**
   * `complete` from the start: a batch without a committed update reads as complete and successful
   * with no jobs, as the real one does. A client must not take that for a passed test.
   */
  state: 'running' | 'complete';
  completedMs: number | null;
  cancelled: boolean;
  deleted: boolean;
  readonly counts: Counts;
}

export interface Counts {
  jobs: number;
  completed: number;
  succeeded: number;
  failed: number;
  cancelled: number;
}

export type BatchEvent =
  | { kind: 'batch'; batch: number; user: string; spec: BatchSpec; ms: number }
  | { kind: 'update'; batch: number; update: number; token: string; nJobs: number; start: number }
  | { kind: 'jobs'; batch: number; update: number; jobs: readonly JobSpec[] }
  | { kind: 'commit'; batch: number; update: number; ms: number }
  | { kind: 'start'; batch: number; job: number; attempt: string; ms: number }
  | { kind: 'end'; batch: number; job: number; ms: number; outcome: Outcome }
  | { kind: 'lost'; batch: number; job: number; ms: number }
  | { kind: 'cancel'; batch: number; ms: number }
  | { kind: 'delete'; batch: number };

export function isComplete(state: JobState): state is CompleteState {
  return state === 'Success' || state === 'Failed' || state === 'Error' || state === 'Cancelled';
}

/** Effectively cancelled: told to stop, or made pointless by a parent, unless it always runs. */
export function isCancelled(batch: BatchRecord, job: JobRecord): boolean {
  return !job.spec.always_run && (job.markedCancelled || batch.cancelled);
}

/** Jobs that the world may see: those of committed updates, ascending. */
export function committedJobs(batch: BatchRecord): JobRecord[] {
  const committed = new Set(batch.updates.filter((u) => u.committed).map((u) => u.id));
  return [...batch.jobs.values()]
    .filter((job) => committed.has(job.updateId))
    .sort((a, b) => a.id - b.id);
}
