/**
 * The JSON of batches, job groups and jobs that Batch's readers see, derived from the records.
 * Shapes and oddities are the protocol's: `failure` and `cancelled` show while a batch still runs;
 * only `complete` says it is over. What happened in an attempt is in present-attempt.ts.
 */
import { exitCode, statusJson } from './present-attempt.ts';
import { type BatchRecord, type GroupRecord, isComplete, type JobRecord } from './record.ts';
import { placementOf } from './resources.ts';
import { durationText, isoTime } from './time-text.ts';

export type BatchState = 'failure' | 'cancelled' | 'success' | 'running';

function groupState({ counts, cancelled, state }: GroupRecord): BatchState {
  if (counts.failed > 0) return 'failure';
  if (cancelled || counts.cancelled > 0) return 'cancelled';
  return state === 'complete' ? 'success' : 'running';
}

export function batchState(batch: BatchRecord): BatchState {
  return groupState(batch.root);
}

export function batchJson(batch: BatchRecord) {
  const { root } = batch;
  const durationMs = durationMsOf(root);
  return {
    id: batch.id,
    user: batch.user,
    billing_project: batch.spec.billing_project,
    token: batch.spec.token,
    state: batchState(batch),
    complete: root.state === 'complete',
    closed: true,
    ...countsJson(root),
    time_created: isoTime(root.createdMs),
    time_closed: null,
    time_completed: root.completedMs === null ? null : isoTime(root.completedMs),
    duration_ms: durationMs,
    duration: durationMs === null ? null : durationText(durationMs),
    msec_mcpu: 0,
    cost: 0,
    cost_breakdown: [],
    ...attributesJson(root.spec.attributes),
  };
}

export function groupJson(batch: BatchRecord, group: GroupRecord) {
  return {
    batch_id: batch.id,
    job_group_id: group.id,
    state: groupState(group),
    complete: group.state === 'complete',
    ...countsJson(group),
    time_created: isoTime(group.createdMs),
    time_completed: group.completedMs === null ? null : isoTime(group.completedMs),
    duration: durationMsOf(group),
    cost: 0,
    cost_breakdown: [],
    ...attributesJson(group.spec.attributes),
  };
}

export function jobEntryJson(batch: BatchRecord, job: JobRecord) {
  const attempt = job.attempts.at(-1);
  const ended = isComplete(job.state) && attempt && attempt.endMs !== null ? attempt : null;
  return {
    batch_id: batch.id,
    job_id: job.id,
    name: job.spec.attributes?.['name'] ?? null,
    user: batch.user,
    billing_project: batch.spec.billing_project,
    state: job.state,
    exit_code: ended ? exitCode(ended) : null,
    end_time: ended?.endMs ? isoTime(ended.endMs) : null,
    duration: ended?.endMs ? ended.endMs - ended.startMs : null,
    cost: 0,
    msec_mcpu: 0,
    cost_breakdown: [],
    always_run: job.spec.always_run,
    display_state: null,
  };
}

export function jobJson(batch: BatchRecord, job: JobRecord) {
  const attempt = job.attempts.at(-1);
  const {
    attributes,
    resources: _asked,
    absolute_parent_ids: _absolute,
    in_update_parent_ids: _inUpdate,
    absolute_job_group_id: _absoluteGroup,
    in_update_job_group_id: _inUpdateGroup,
    ...spec
  } = job.spec;
  const { pool, resources } = placementOf(job.spec, `(${batch.id}, ${job.id})`);
  return {
    ...jobEntryJson(batch, job),
    status: attempt && hasStarted(job) ? statusJson(batch, job, attempt) : null,
    spec: {
      ...spec,
      job_id: job.id,
      resources,
      network: spec.network ?? 'public',
      regions: spec.regions ?? null,
    },
    inst_coll: pool,
    ...attributesJson(attributes),
  };
}

/** A job that waits for its next attempt shows nothing of those before. */
export function hasStarted(job: JobRecord): boolean {
  return job.state !== 'Pending' && job.state !== 'Ready';
}

function countsJson({ counts }: GroupRecord) {
  return {
    n_jobs: counts.jobs,
    n_completed: counts.completed,
    n_succeeded: counts.succeeded,
    n_failed: counts.failed,
    n_cancelled: counts.cancelled,
  };
}

function attributesJson(attributes: Readonly<Record<string, string>> | null | undefined) {
  return attributes && Object.keys(attributes).length > 0 ? { attributes } : {};
}

function durationMsOf({ createdMs, completedMs }: GroupRecord): number | null {
  return completedMs === null ? null : completedMs - createdMs;
}
