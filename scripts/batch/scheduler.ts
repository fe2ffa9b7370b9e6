/**
 * The law of jobs: how an event changes a batch, and which job may start next. Deterministic, no
 * clock, no processes: the engine asks `nextReady` and reports back with events.
 */
import {
  type BatchEvent,
  type BatchRecord,
  type CompleteState,
  type GroupRecord,
  groupIdOf,
  isCancelled,
  isComplete,
  type JobRecord,
  type JobState,
  type Loss,
  lineage,
  type UpdateRecord,
} from './record.ts';

type Change = Exclude<BatchEvent, { kind: 'batch' }>;

export function newBatch(event: Extract<BatchEvent, { kind: 'batch' }>): BatchRecord {
  const root = newGroup(0, null, null, event.spec, event.ms);
  return {
    id: event.batch,
    user: event.user,
    spec: event.spec,
    createdMs: event.ms,
    updates: [],
    root,
    groups: new Map([[0, root]]),
    jobs: new Map(),
    ready: new Set(),
    deleted: false,
  };
}

/** Applies one event to its batch. The event is trusted: it was checked before it was journaled. */
export function applyEvent(batch: BatchRecord, event: Change): void {
  switch (event.kind) {
    case 'update':
      batch.updates.push({
        id: event.update,
        token: event.token,
        nJobs: event.nJobs,
        startJobId: event.start,
        nGroups: event.nGroups ?? 0,
        startGroupId: event.startGroup ?? 1,
        committed: false,
      });
      return;
    case 'groups':
      for (const { id, parent, spec } of event.groups) {
        const group = newGroup(id, groupOf(batch, parent), event.update, spec, event.ms);
        batch.groups.set(id, group);
      }
      return;
    case 'jobs':
      insertJobs(batch, event);
      return;
    case 'commit':
      commit(batch, updateOf(batch, event.update), event.ms);
      return;
    case 'start': {
      const job = jobOf(batch, event.job);
      setState(batch, job, 'Running');
      const { attempt: id, ms: startMs } = event;
      job.attempts.push({ id, startMs, endMs: null, end: null, containers: {} });
      return;
    }
    case 'end': {
      const job = jobOf(batch, event.job);
      closeAttempt(job, event.outcome.state, event.ms);
      const attempt = job.attempts.at(-1);
      if (attempt) attempt.containers = event.outcome.containers;
      finish(batch, job, event.outcome.state, event.ms);
      return;
    }
    case 'lost':
      lose(batch, jobOf(batch, event.job), event.why ?? 'lost', event.ms);
      return;
    case 'cancel':
      groupOf(batch, event.group ?? 0).cancelled = true;
      cancelReady(batch, [...batch.ready], event.ms);
      return;
    case 'delete':
      batch.deleted = true;
      return;
    default:
      throw new Error(`unknown event ${JSON.stringify(event satisfies never)}`);
  }
}

/** The lowest (batch id, job id) that may run, or null. `batches` in ascending id. */
export function nextReady(batches: Iterable<BatchRecord>): [BatchRecord, JobRecord] | null {
  for (const batch of batches) {
    let first: JobRecord | null = null;
    for (const job of batch.ready) if (first === null || job.id < first.id) first = job;
    if (first) return [batch, first];
  }
  return null;
}

/** Absolute ids of a job's parents. */
export function parentsOf(update: UpdateRecord, spec: JobRecord['spec']): number[] {
  const inUpdate = (spec.in_update_parent_ids ?? []).map((id) => update.startJobId + id - 1);
  return [...(spec.absolute_parent_ids ?? []), ...inUpdate];
}

function newGroup(
  id: number,
  parent: GroupRecord | null,
  updateId: number | null,
  { attributes, callback, cancel_after_n_failures }: GroupRecord['spec'],
  ms: number,
): GroupRecord {
  return {
    id,
    parent,
    updateId,
    spec: { attributes, callback, cancel_after_n_failures },
    createdMs: ms,
    state: 'complete',
    completedMs: ms,
    cancelled: false,
    counts: { jobs: 0, completed: 0, succeeded: 0, failed: 0, cancelled: 0 },
  };
}

function insertJobs(batch: BatchRecord, event: Extract<Change, { kind: 'jobs' }>): void {
  const update = updateOf(batch, event.update);
  for (const spec of event.jobs) {
    const id = update.startJobId + spec.job_id - 1;
    batch.jobs.set(id, {
      id,
      updateId: update.id,
      groupId: groupIdOf(update, spec),
      spec,
      parents: parentsOf(update, spec),
      children: [],
      state: 'Pending',
      markedCancelled: false,
      waitingFor: 0,
      attempts: [],
    });
  }
}

function commit(batch: BatchRecord, update: UpdateRecord, ms: number): void {
  update.committed = true;
  const added = [...batch.jobs.values()].filter((job) => job.updateId === update.id);
  for (const job of added) {
    for (const group of lineage(batch, job.groupId)) {
      group.counts.jobs += 1;
      group.state = 'running';
      group.completedMs = null;
    }
    // A parent that does not exist holds nothing up: Batch never checks the ids.
    for (const parent of job.parents.map((id) => batch.jobs.get(id))) {
      if (!parent) continue;
      parent.children.push(job.id);
      if (!isComplete(parent.state)) job.waitingFor += 1;
      else if (parent.state !== 'Success') job.markedCancelled = true;
    }
    if (job.waitingFor === 0) setState(batch, job, 'Ready');
  }
  cancelReady(batch, added, ms);
}

/** An attempt that went away under the job: another one follows, while there are any left. */
function lose(batch: BatchRecord, job: JobRecord, why: Loss, ms: number): void {
  closeAttempt(job, why, ms);
  if (job.attempts.length >= job.spec.n_max_attempts) {
    finish(batch, job, 'Error', ms);
  } else {
    setState(batch, job, 'Ready');
    cancelReady(batch, [job], ms);
  }
}

function closeAttempt(job: JobRecord, end: CompleteState | Loss, ms: number): void {
  const attempt = job.attempts.at(-1);
  if (!attempt) return;
  attempt.endMs = ms;
  attempt.end = end;
}

/** Completes a job, and whatever its end decides for its descendants. */
function finish(batch: BatchRecord, job: JobRecord, state: CompleteState, ms: number): void {
  const touched = new Set<GroupRecord>();
  const ending: [JobRecord, CompleteState][] = [[job, state]];
  for (let next = ending.pop(); next; next = ending.pop()) {
    const [ended, endState] = next;
    setState(batch, ended, endState);
    for (const group of lineage(batch, ended.groupId)) {
      count(group, endState);
      touched.add(group);
    }
    for (const child of ended.children.map((id) => jobOf(batch, id))) {
      child.waitingFor -= 1;
      if (endState !== 'Success') child.markedCancelled = true;
      if (child.waitingFor > 0 || child.state !== 'Pending') continue;
      setState(batch, child, 'Ready');
      if (isCancelled(batch, child)) ending.push([child, 'Cancelled']);
    }
  }
  for (const group of touched) {
    if (group.state === 'complete' || group.counts.completed < group.counts.jobs) continue;
    group.state = 'complete';
    group.completedMs = ms;
  }
}

function cancelReady(batch: BatchRecord, jobs: readonly JobRecord[], ms: number): void {
  for (const job of jobs) {
    if (job.state === 'Ready' && isCancelled(batch, job)) finish(batch, job, 'Cancelled', ms);
  }
}

function setState(batch: BatchRecord, job: JobRecord, state: JobState): void {
  job.state = state;
  if (state === 'Ready') batch.ready.add(job);
  else batch.ready.delete(job);
}

function count({ counts }: GroupRecord, state: CompleteState): void {
  counts.completed += 1;
  if (state === 'Success') counts.succeeded += 1;
  else if (state === 'Cancelled') counts.cancelled += 1;
  else counts.failed += 1;
}

function groupOf(batch: BatchRecord, id: number): GroupRecord {
  const group = batch.groups.get(id);
  if (!group) throw new Error(`batch ${batch.id} has no job group ${id}`);
  return group;
}

function jobOf(batch: BatchRecord, id: number): JobRecord {
  const job = batch.jobs.get(id);
  if (!job) throw new Error(`batch ${batch.id} has no job ${id}`);
  return job;
}

function updateOf(batch: BatchRecord, id: number): UpdateRecord {
  const update = batch.updates.find((candidate) => candidate.id === id);
  if (!update) throw new Error(`batch ${batch.id} has no update ${id}`);
  return update;
}
