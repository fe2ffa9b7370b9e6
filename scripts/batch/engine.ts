/**
 * The one place where events happen: it journals them, starts jobs that became ready, stops jobs
 * that were cancelled and sends callbacks. Holds no rule of its own beyond how many run at once.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Callbacks } from './callback.ts';
import { batchJson, groupJson } from './present.ts';
import { killByEnvironment } from './process.ts';
import {
  type BatchEvent,
  type BatchRecord,
  type Containers,
  type GroupRecord,
  isCancelled,
  type JobRecord,
} from './record.ts';
import { runAttempt, type Workshop } from './runner.ts';
import { nextReady } from './scheduler.ts';
import type { Store } from './store.ts';

export interface EngineParts {
  readonly store: Store;
  readonly callbacks: Callbacks;
  readonly workshop: Workshop;
  readonly jobsDir: string;
  readonly parallelJobs: number;
  readonly log: (line: string) => void;
}

interface Running {
  readonly batch: BatchRecord;
  readonly job: JobRecord;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export class Engine {
  readonly #parts: EngineParts;
  readonly #running = new Set<Running>();
  #closed = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  get store(): Store {
    return this.#parts.store;
  }

  now(): number {
    return this.#parts.workshop.now();
  }

  /** Takes up what an earlier run left behind: its running jobs become ready again. */
  start(): void {
    const lost = [...this.store.batches.values()].flatMap((batch) =>
      [...batch.jobs.values()]
        .filter((job) => job.state === 'Running')
        .map((job) => ({ batch, job, attempt: job.attempts.at(-1)?.id ?? '' })),
    );
    if (lost.length > 0) {
      killByEnvironment('HAIL_ATTEMPT_ID', new Set(lost.map(({ attempt }) => attempt)));
    }
    for (const { batch, job } of lost) {
      this.record({ kind: 'lost', batch: batch.id, job: job.id, ms: this.now() });
    }
    this.#startReady();
  }

  /** Makes an event true, with everything that follows from it. */
  record(event: BatchEvent): void {
    const before = this.store.batches.get(event.batch);
    const completedBefore = before ? completedCounts(before) : [];
    this.store.record(event);
    const batch = this.store.batches.get(event.batch);
    if (!batch) return;
    for (const [group, count] of completedBefore) {
      if (group.state === 'running' || group.counts.completed === count) continue;
      const body = group === batch.root ? batchJson(batch) : groupJson(batch, group);
      this.#parts.callbacks.send(group.spec.callback ?? '', body);
    }
    const failed = failedTooOften(batch);
    if (failed) {
      // Cancelling brings its own consequences with it.
      this.record({ kind: 'cancel', batch: batch.id, group: failed.id, ms: this.now() });
      return;
    }
    this.#stopCancelled(batch);
    this.#startReady();
  }

  /**
   * Takes the machine away under a running job, as happens to preemptible ones: it starts again,
   * unless that was its last attempt. @returns false when it is not running.
   */
  preempt(batch: number, job: number): boolean {
    const running = [...this.#running].find(
      (candidate) => candidate.batch.id === batch && candidate.job.id === job,
    );
    running?.abort.abort('preempted');
    return running !== undefined;
  }

  attemptFolder(batch: number, job: number, attempt: string): string {
    return join(this.#parts.jobsDir, String(batch), String(job), attempt);
  }

  /** Kills what runs and waits until it is gone. Those jobs run again after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    for (const { abort } of running) abort.abort('shutdown');
    await Promise.all(running.map(({ done }) => done));
  }

  #startReady(): void {
    while (!this.#closed && this.#running.size < this.#parts.parallelJobs) {
      const next = nextReady(this.store.batches.values());
      if (!next) return;
      this.#startJob(...next);
    }
  }

  #startJob(batch: BatchRecord, job: JobRecord): void {
    const attempt = randomBytes(6).toString('hex');
    const event = { kind: 'start', batch: batch.id, job: job.id, attempt, ms: this.now() } as const;
    this.store.record(event);
    const abort = new AbortController();
    const done = this.#run(batch, job, attempt, abort.signal).then(() => {
      this.#running.delete(running);
      if (!this.#closed) this.#startReady();
    });
    const running = { batch, job, abort, done };
    this.#running.add(running);
  }

  async #run(batch: BatchRecord, job: JobRecord, attempt: string, signal: AbortSignal) {
    const order = {
      batchId: batch.id,
      jobId: job.id,
      groupId: job.groupId,
      attemptId: attempt,
      spec: job.spec,
      folder: this.attemptFolder(batch.id, job.id, attempt),
      signal,
      onContainer: (containers: Containers) => {
        const live = job.attempts.at(-1);
        if (live) live.containers = containers;
      },
    };
    const outcome = await runAttempt(order, this.#parts.workshop).catch((error: unknown) => {
      this.#parts.log(`batch ${batch.id} job ${job.id}: ${String(error)}`);
      return { state: 'Error', containers: {} } as const;
    });
    // A job that was killed because we stop did not end: the next start runs it again.
    if (this.#closed) return;
    const about = { batch: batch.id, job: job.id, ms: this.now() };
    if (signal.reason === 'preempted') this.record({ kind: 'lost', ...about, why: 'preempted' });
    else this.record({ kind: 'end', ...about, outcome });
  }

  #stopCancelled(batch: BatchRecord): void {
    for (const running of this.#running) {
      if (running.batch === batch && isCancelled(batch, running.job)) {
        running.abort.abort('cancelled');
      }
    }
  }
}

/** The batch and its groups that want to be called back, each with the jobs it has completed. */
function completedCounts(batch: BatchRecord): [GroupRecord, number][] {
  return [...batch.groups.values()]
    .filter((group) => group.spec.callback)
    .map((group) => [group, group.counts.completed]);
}

/** A group that is to be cancelled because so many of its jobs failed. */
function failedTooOften(batch: BatchRecord): GroupRecord | undefined {
  return [...batch.groups.values()].find(
    ({ spec, counts, state, cancelled }) =>
      counts.failed >= (spec.cancel_after_n_failures ?? Number.POSITIVE_INFINITY) &&
      state === 'running' &&
      !cancelled,
  );
}
