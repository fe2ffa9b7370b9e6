// Batch in memory, as a pass sees it: batches by token, their jobs counted, and the lies that Batch
// tells about a batch without jobs. Results are what the story says; nothing ever runs.
import type { BatchId, PullNumber, Sha } from '../../../schemas/ids.ts';
import { purposeOf } from '../../../src/core/batch-attributes.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { type BatchCounters, judgeBatch } from '../../../src/core/judge-batch.ts';
import type { BatchPurpose, ObservedBatch } from '../../../src/core/observation.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { BatchService, NewBatch } from '../../../src/loop/ports.ts';
import type { Process, Wire } from './wire.ts';

export interface WorldBatch {
  readonly id: BatchId;
  readonly key: string;
  readonly attributes: NewBatch['attributes'];
  readonly purpose: BatchPurpose;
  /** What its jobs really check out, whatever its attributes say. */
  readonly runs: Sha;
  readonly submitted: number;
  readonly counters: BatchCounters;
  readonly deleted: boolean;
  readonly createdAt: number;
  /** null while it runs */
  readonly overAt: number | null;
}

/** How Batch reports a batch that has no jobs yet, or never got any. */
const HOLLOW: BatchCounters = {
  state: 'success',
  complete: true,
  n_jobs: 0,
  n_failed: 0,
  n_cancelled: 0,
  n_succeeded: 0,
};

export class BatchWorld {
  /** What befalls the next creation: its row is made, its jobs are not, and the client hears this. */
  hollowNext: Fault | null = null;
  readonly #now: () => number;
  readonly #onOver: (batch: WorldBatch) => void;
  readonly #onStart: (batch: WorldBatch) => void;
  readonly #batches = new Map<BatchId, WorldBatch>();

  constructor(
    now: () => number,
    onOver: (batch: WorldBatch) => void,
    onStart: (batch: WorldBatch) => void = () => {},
  ) {
    this.#now = now;
    this.#onOver = onOver;
    this.#onStart = onStart;
  }

  /** Every batch that was ever made, oldest first. */
  get all(): readonly WorldBatch[] {
    return [...this.#batches.values()];
  }

  tests(pr?: PullNumber): readonly WorldBatch[] {
    return this.all.filter(
      ({ purpose }) => purpose.kind === 'test' && (pr === undefined || purpose.pr === pr),
    );
  }

  get deploys(): readonly WorldBatch[] {
    return this.all.filter(({ purpose }) => purpose.kind === 'deploy');
  }

  get running(): readonly WorldBatch[] {
    return this.all.filter((batch) => batch.overAt === null);
  }

  succeeds(...prs: readonly PullNumber[]): void {
    for (const pr of prs) this.finish(this.#runningTest(pr), 'success');
  }

  fails(...prs: readonly PullNumber[]): void {
    for (const pr of prs) this.finish(this.#runningTest(pr), 'failure');
  }

  finish({ id }: WorldBatch, state: 'success' | 'failure' | 'cancelled'): void {
    const batch = this.get(id);
    const { n_jobs } = batch.counters;
    const bad = state === 'success' ? 0 : 1;
    this.#put({
      ...batch,
      overAt: this.#now(),
      counters: {
        state,
        complete: true,
        n_jobs,
        n_failed: state === 'failure' ? bad : 0,
        n_cancelled: state === 'cancelled' ? bad : 0,
        n_succeeded: n_jobs - bad,
      },
    });
    this.#onOver(this.get(id));
  }

  /** Somebody throws it away in Batch itself; nobody is called back. */
  delete({ id }: WorldBatch): void {
    const batch = this.get(id);
    this.#put({ ...batch, deleted: true, overAt: batch.overAt ?? this.#now() });
  }

  connect(wire: Wire, process: Process, branch: string): BatchService {
    const call = wire.connect(process, 'batch');
    return {
      list: call('list', (after) => ok(this.#list(branch, after))),
      get: call('get', (id) => {
        const batch = this.#batches.get(id);
        return ok(batch && !batch.deleted ? observed(batch) : null);
      }),
      create: call('create', (wish) => this.#create(wish)),
      cancel: call('cancel', (id) => ok(this.#cancel(id))),
    };
  }

  #list(branch: string, after: number): ObservedBatch[] {
    return this.all
      .filter(({ id, deleted }) => id > after && !deleted)
      .filter(({ attributes }) => attributes['target_branch'] === branch)
      .map(observed)
      .toReversed();
  }

  /** The token finds the batch again; a half-made one gets its jobs then. */
  #create({ key, attributes, jobs }: NewBatch): Result<BatchId, Fault> {
    const known = this.all.find((batch) => batch.key === key);
    const ours = purposeOf(attributes);
    if (!ours) throw new Error(`nobody could tell later what this batch was for: ${key}`);
    const batch: WorldBatch = known ?? {
      id: this.#batches.size + 1,
      key,
      attributes,
      purpose: ours.purpose,
      runs: commitOf(ours.purpose),
      submitted: ours.jobs,
      counters: HOLLOW,
      deleted: false,
      createdAt: this.#now(),
      overAt: this.#now(),
    };
    const fault = this.hollowNext;
    this.hollowNext = null;
    if (fault) {
      this.#put(batch);
      return err(fault);
    }
    if (batch.counters.n_jobs > 0 || batch.deleted) return ok(batch.id);
    const counters = { ...HOLLOW, state: 'running', complete: false, n_jobs: jobs.length };
    this.#put({ ...batch, runs: commitOf(ours.purpose), counters, overAt: null });
    this.#onStart(this.get(batch.id));
    return ok(batch.id);
  }

  #cancel(id: BatchId): void {
    const batch = this.#batches.get(id);
    if (batch?.overAt === null) this.finish(batch, 'cancelled');
  }

  #put(batch: WorldBatch): void {
    this.#batches.set(batch.id, batch);
  }

  /** As it is now. */
  get(id: BatchId): WorldBatch {
    const batch = this.#batches.get(id);
    if (!batch) throw new Error(`the world has no batch ${id}`);
    return batch;
  }

  /** @returns what sets everything back to how it is now */
  remember(): () => void {
    const batches = this.all;
    const { hollowNext } = this;
    return () => {
      this.hollowNext = hollowNext;
      this.#batches.clear();
      for (const batch of batches) this.#put(batch);
    };
  }

  #runningTest(pr: PullNumber): WorldBatch {
    const batch = this.tests(pr).findLast(({ overAt }) => overAt === null);
    if (!batch) throw new Error(`no test of #${pr} is running`);
    return batch;
  }
}

const commitOf = (purpose: BatchPurpose): Sha =>
  purpose.kind === 'test' ? purpose.testedSha : purpose.sha;

const observed = ({ id, purpose, submitted, counters }: WorldBatch): ObservedBatch => ({
  id,
  purpose,
  jobs: submitted,
  status: judgeBatch(counters, submitted),
  over: counters.complete,
});
