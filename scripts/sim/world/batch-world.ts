// Batch in memory: batches by token, their jobs counted, and the lies that Batch tells about a batch without
// jobs. Results are what the story says; nothing ever runs. What a program may ask of it is in batch-api.ts.
import type { BatchId, PullNumber, Sha } from '../../../schemas/ids.ts';
import { purposeOf } from '../../../src/core/batch-attributes.ts';
import type { Fault } from '../../../src/core/fault.ts';
import type { BatchCounters } from '../../../src/core/judge-batch.ts';
import type { BatchPurpose } from '../../../src/core/observation.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { NamespaceOrder } from './kubernetes-world.ts';

export interface WorldBatch {
  readonly id: BatchId;
  readonly token: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly purpose: BatchPurpose;
  /** What its jobs really check out, whatever its attributes say. */
  readonly runs: Sha;
  readonly submitted: number;
  /** By name; none until it got them. */
  readonly jobs: readonly string[];
  /** The one that went wrong, or was cancelled; null while it runs, and when all succeeded. */
  readonly badJob: string | null;
  /** The namespace that its first job makes. */
  readonly makes: NamespaceOrder | null;
  readonly counters: BatchCounters;
  readonly deleted: boolean;
  readonly createdAt: number;
  /** When it got its jobs. */
  readonly begunAt: number;
  /** The how-manieth order it was that asked for it last. */
  readonly askedFor: number;
  /** null while it runs */
  readonly overAt: number | null;
}

/** What is asked for when a batch is made. */
export interface Order {
  readonly token: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** By name. */
  readonly jobs: readonly string[];
  readonly makes: NamespaceOrder | null;
}

/** A batch of so many jobs gets its row, and its jobs are refused: they break a rule that only Batch checks. */
export const REFUSED_JOBS = 7;
const REFUSAL = "bunch[0].resources['cpu'] must be a power of two";

/** Of a batch that is over, all but one. */
export const succeededJobs = ({ jobs, badJob, overAt }: WorldBatch): readonly string[] =>
  overAt === null ? [] : jobs.filter((job) => job !== badJob);

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
  /** Fewer than Batch's own, so that a list of more than one page is nothing rare. */
  batchesPerPage = 3;
  /** What befalls the next creation: its row is made, its jobs are not, and the client hears this. */
  hollowNext: Fault | null = null;
  readonly #now: () => number;
  readonly #onOver: (batch: WorldBatch) => void;
  readonly #onStart: (batch: WorldBatch) => void;
  readonly #batches = new Map<BatchId, WorldBatch>();
  readonly #byToken = new Map<string, BatchId>();
  #orders = 0;
  /** As they are now; null when one has changed since. */
  #all: readonly WorldBatch[] | null = null;

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
    this.#all ??= [...this.#batches.values()];
    return this.#all;
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

  /** @param badJob the job to blame, if it has it; the first one unless told */
  finish({ id }: WorldBatch, state: 'success' | 'failure' | 'cancelled', badJob?: string): void {
    const batch = this.get(id);
    const { n_jobs } = batch.counters;
    const [first = null] = batch.jobs;
    const blamed = badJob !== undefined && batch.jobs.includes(badJob) ? badJob : first;
    const bad = state === 'success' ? 0 : 1;
    this.#put({
      ...batch,
      overAt: this.#now(),
      badJob: state === 'success' ? null : blamed,
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

  /** One more of its jobs has ended well, but not the last one; nobody is called back. */
  getsOn({ id }: WorldBatch): void {
    const batch = this.get(id);
    const { n_succeeded: before, n_jobs } = batch.counters;
    const n_succeeded = Math.min(before + 1, Math.max(0, n_jobs - 1));
    this.#put({ ...batch, counters: { ...batch.counters, n_succeeded } });
  }

  /** Somebody throws it away in Batch itself; nobody is called back. */
  delete({ id }: WorldBatch): void {
    const batch = this.get(id);
    this.#put({ ...batch, deleted: true, overAt: batch.overAt ?? this.#now() });
  }

  /** The batch of a token, or a new row without any jobs. */
  row({ token, attributes }: Pick<Order, 'token' | 'attributes'>): WorldBatch {
    const known = this.#batches.get(this.#byToken.get(token) ?? 0);
    if (known) return known;
    const ours = meantBy(attributes);
    const now = this.#now();
    const times = { createdAt: now, begunAt: now, overAt: now };
    const row: WorldBatch = {
      ...{ id: this.#batches.size + 1, token, attributes, purpose: ours.purpose, ...times },
      ...{ runs: commitOf(ours.purpose), submitted: ours.jobs, counters: HOLLOW },
      ...{ jobs: [], badJob: null, makes: null },
      ...{ askedFor: 0, deleted: false },
    };
    this.#put(row);
    return row;
  }

  /** The token finds a batch again; a half-made one gets its jobs then. */
  create({ token, attributes, jobs, makes }: Order): Result<BatchId, Fault> {
    this.#orders += 1;
    const batch = { ...this.row({ token, attributes }), askedFor: this.#orders };
    const fault = this.hollowNext;
    this.hollowNext = null;
    this.#put(batch);
    if (fault) return err(fault);
    if (jobs.length === REFUSED_JOBS)
      return err({ kind: 'refused', message: REFUSAL, status: 400 });
    if (batch.counters.n_jobs > 0 || batch.deleted) return ok(batch.id);
    const counters = { ...HOLLOW, state: 'running', complete: false, n_jobs: jobs.length };
    // Its attributes are those of the first order, its jobs those of this one.
    const [runs, begunAt] = [commitOf(meantBy(attributes).purpose), this.#now()];
    this.#put({ ...batch, runs, jobs, makes, counters, begunAt, overAt: null });
    this.#onStart(this.get(batch.id));
    return ok(batch.id);
  }

  cancel({ id }: WorldBatch): void {
    const batch = this.get(id);
    if (batch.overAt === null) this.finish(batch, 'cancelled');
  }

  /** null when it was never made, or somebody deleted it. */
  find(id: BatchId): WorldBatch | null {
    const batch = this.#batches.get(id);
    return batch && !batch.deleted ? batch : null;
  }

  #put(batch: WorldBatch): void {
    this.#batches.set(batch.id, batch);
    this.#all = null;
    this.#byToken.set(batch.token, batch.id);
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
    const orders = this.#orders;
    return () => {
      this.hollowNext = hollowNext;
      this.#orders = orders;
      this.#batches.clear();
      this.#all = null;
      this.#byToken.clear();
      for (const batch of batches) this.#put(batch);
    };
  }

  #runningTest(pr: PullNumber): WorldBatch {
    const batch = this.tests(pr).findLast(({ overAt }) => overAt === null);
    if (!batch) throw new Error(`no test of #${pr} is running`);
    return batch;
  }
}

function meantBy(attributes: Order['attributes']) {
  const ours = purposeOf(attributes);
  if (!ours) throw new Error('nobody could tell later what this batch was for');
  return ours;
}

const commitOf = (purpose: BatchPurpose): Sha =>
  purpose.kind === 'test' ? purpose.testedSha : purpose.sha;
