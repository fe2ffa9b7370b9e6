/**
 * The JSON of what happened in a job's attempts, and what a reader derives from it. Says nothing of
 * how a job stands as a whole.
 */
import { supportedRegions } from './access.ts';
import {
  type Attempt,
  type BatchRecord,
  type Container,
  type ContainerName,
  containerNames,
  type JobRecord,
} from './record.ts';
import { placementOf } from './resources.ts';
import { durationText, isoTime } from './time-text.ts';

/** The duration of one that still runs is what has passed. */
export function attemptJson(batch: BatchRecord, job: JobRecord, attempt: Attempt, nowMs: number) {
  const { endMs } = attempt;
  const durationMs = Math.max(0, (endMs ?? nowMs) - attempt.startMs);
  return {
    batch_id: batch.id,
    job_id: job.id,
    attempt_id: attempt.id,
    instance_name: instanceOf(job),
    reason: attempt.end === 'lost' ? 'deactivated' : (attempt.end?.toLowerCase() ?? null),
    start_time: isoTime(attempt.startMs),
    start_time_ms: attempt.startMs,
    ...(endMs === null ? {} : { end_time: isoTime(endMs), end_time_ms: endMs }),
    duration: durationText(durationMs),
    duration_ms: durationMs,
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

/** There is one machine; it is named for the pool that the real Batch would have taken. */
export function instanceOf(job: JobRecord): string {
  return `batch-worker-local-${placementOf(job.spec, '').pool}`;
}

export function statusJson(batch: BatchRecord, job: JobRecord, attempt: Attempt) {
  const containers = containersOf(job).flatMap((name) => {
    const container = attempt.containers[name];
    return container ? [[name, containerJson(batch, job, name, container)]] : [];
  });
  return {
    version: 5,
    worker: instanceOf(job),
    batch_id: batch.id,
    job_id: job.id,
    attempt_id: attempt.id,
    job_group_id: job.groupId,
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
    case 'preempted':
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
