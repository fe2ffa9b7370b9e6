/**
 * The JSON that Batch's readers see, derived from the records. Shapes and oddities are the
 * protocol's: `failure` and `cancelled` show while a batch still runs; only `complete` says it is
 * over.
 */
import { supportedRegions } from './access.ts';
import {
  type Attempt,
  type BatchRecord,
  type Container,
  type ContainerName,
  containerNames,
  isComplete,
  type JobRecord,
} from './record.ts';
import { resourcesOf } from './resources.ts';

export type BatchState = 'failure' | 'cancelled' | 'success' | 'running';

export function batchState(batch: BatchRecord): BatchState {
  if (batch.counts.failed > 0) return 'failure';
  if (batch.cancelled || batch.counts.cancelled > 0) return 'cancelled';
  return batch.state === 'complete' ? 'success' : 'running';
}

export function batchJson(batch: BatchRecord) {
  const { attributes } = batch.spec;
  const durationMs = batch.completedMs === null ? null : batch.completedMs - batch.createdMs;
  return {
    id: batch.id,
    user: batch.user,
    billing_project: batch.spec.billing_project,
    token: batch.spec.token,
    state: batchState(batch),
    complete: batch.state === 'complete',
    closed: true,
    n_jobs: batch.counts.jobs,
    n_completed: batch.counts.completed,
    n_succeeded: batch.counts.succeeded,
    n_failed: batch.counts.failed,
    n_cancelled: batch.counts.cancelled,
    time_created: isoTime(batch.createdMs),
    time_closed: null,
    time_completed: batch.completedMs === null ? null : isoTime(batch.completedMs),
    duration_ms: durationMs,
    duration: durationMs === null ? null : durationText(durationMs),
    msec_mcpu: 0,
    cost: 0,
    cost_breakdown: [],
    ...(attributes && Object.keys(attributes).length > 0 ? { attributes } : {}),
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
  const { attributes, resources: _asked, ...spec } = job.spec;
  const resources = resourcesOf(job.spec, `(${batch.id}, ${job.id})`);
  return {
    ...jobEntryJson(batch, job),
    status: attempt ? statusJson(batch, job, attempt) : null,
    spec: {
      ...spec,
      resources,
      network: spec.network ?? 'public',
      regions: spec.regions ?? null,
    },
    inst_coll: 'local',
    ...(attributes && Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

export function attemptJson(batch: BatchRecord, job: JobRecord, attempt: Attempt) {
  const { endMs } = attempt;
  return {
    batch_id: batch.id,
    job_id: job.id,
    attempt_id: attempt.id,
    instance_name: 'local',
    reason: attempt.end === 'lost' ? 'deactivated' : (attempt.end?.toLowerCase() ?? null),
    start_time: isoTime(attempt.startMs),
    start_time_ms: attempt.startMs,
    ...(endMs === null
      ? {}
      : {
          end_time: isoTime(endMs),
          end_time_ms: endMs,
          duration: durationText(endMs - attempt.startMs),
          duration_ms: endMs - attempt.startMs,
        }),
  };
}

/** The containers that this job's spec gives it, in the order in which they run. */
export function containersOf(job: JobRecord): ContainerName[] {
  const { input_files: inputs = [], output_files: outputs = [] } = job.spec;
  return containerNames.filter(
    (name) =>
      name === 'main' ||
      (name === 'input' && inputs.length > 0) ||
      (name === 'output' && outputs.length > 0),
  );
}

/** The first that is not zero, in order; null when a container before it has none. */
export function exitCode(attempt: Attempt): number | null {
  for (const name of containerNames) {
    const container = attempt.containers[name];
    if (!container && name !== 'main') continue;
    if (!container || !('exitCode' in container)) return null;
    if (container.exitCode !== 0) return container.exitCode;
  }
  return 0;
}

/** Two largest neighbouring units, as Batch writes it: `3 minutes 2s`. */
export function durationText(ms: number): string {
  const units: [string, string, number][] = [
    [' week', ' weeks', 604_800_000],
    [' day', ' days', 86_400_000],
    [' hour', ' hours', 3_600_000],
    [' minute', ' minutes', 60_000],
    ['s', 's', 1000],
    ['ms', 'ms', 1],
  ];
  const first = Math.max(
    0,
    units.findIndex(([, , size]) => ms >= size),
  );
  if (ms <= 0) return '0ms';
  const parts: string[] = [];
  let rest = ms;
  for (const [one, many, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${count === 1 ? one : many}`);
  }
  return parts.join(' ');
}

function statusJson(batch: BatchRecord, job: JobRecord, attempt: Attempt) {
  const containers = containersOf(job).flatMap((name) => {
    const container = attempt.containers[name];
    return container ? [[name, containerJson(batch, job, name, container)]] : [];
  });
  return {
    version: 5,
    worker: 'local',
    batch_id: batch.id,
    job_id: job.id,
    attempt_id: attempt.id,
    job_group_id: 0,
    user: batch.user,
    state: attemptState(attempt),
    format_version: 7,
    resources: [],
    region: supportedRegions[0],
    start_time: attempt.startMs,
    end_time: attempt.endMs,
    timing: {},
    container_statuses: Object.fromEntries(containers),
  };
}

function attemptState(attempt: Attempt): string {
  switch (attempt.end) {
    case null:
      return 'running';
    case 'Success':
      return 'succeeded';
    case 'lost':
      return 'error';
    case 'Failed':
    case 'Error':
    case 'Cancelled':
      return attempt.end.toLowerCase();
    default:
      throw new Error(`unknown end ${JSON.stringify(attempt.end satisfies never)}`);
  }
}

function containerJson(b: BatchRecord, job: JobRecord, name: ContainerName, container: Container) {
  const endMs = 'endMs' in container ? container.endMs : null;
  const running = {
    start_time: container.startMs,
    ...(endMs === null ? {} : { finish_time: endMs, duration: endMs - container.startMs }),
  };
  return {
    name: `batch-${b.id}-job-${job.id}-${name}`,
    state: container.state,
    timing: { running },
    ...(container.state === 'error' ? { error: container.error } : {}),
    ...(container.state === 'error' && container.shortError !== null
      ? { short_error: container.shortError }
      : {}),
    ...('exitCode' in container
      ? {
          container_status: {
            state: 'finished',
            started_at: container.startMs,
            finished_at: container.endMs,
            exit_code: container.exitCode,
            out_of_memory: container.exitCode === 137,
          },
        }
      : {}),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
