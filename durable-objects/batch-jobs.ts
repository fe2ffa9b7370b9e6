// The jobs of a branch's batches, for who looks at a page: what was submitted is kept, how it goes is asked of Batch when
// somebody looks, at most every few seconds, and kept once it is over. No pass reads any of this.
import { JobRead, PlannedJob } from '../schemas/batch-jobs.ts';
import type { BatchId } from '../schemas/ids.ts';
import { areOver, type KnownJobs } from '../src/loop/job-status.ts';
import type { BatchService } from '../src/loop/ports.ts';
import { storedJson } from './stored-json.ts';

const KEPT_BATCHES = 500;
/** Who looks sooner sees the same. */
const FRESH_MS = 2_000;
/** A page does not wait longer for Batch; what is read later is there for the next one. */
const PATIENCE_MS = 1_500;

type Seen = Pick<KnownJobs, 'read' | 'readAt' | 'problem'>;
const UNSEEN: Seen = { read: [], readAt: null, problem: null };
const UNANSWERED: Seen = { ...UNSEEN, problem: 'Batch has not answered yet.' };

export class BatchJobs {
  readonly #sql: SqlStorage;
  readonly #now: () => number;
  readonly #seen = new Map<BatchId, Seen & { readonly askedAt: number }>();
  readonly #asking = new Map<BatchId, Promise<void>>();

  constructor(sql: SqlStorage, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS batch_jobs (batch INTEGER PRIMARY KEY, planned TEXT NOT NULL, read TEXT,
       read_at INTEGER)`,
    );
  }

  /** Of more than a row can hold there is what Batch lists. */
  keep(batch: BatchId, planned: readonly PlannedJob[]): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO batch_jobs (batch, planned) VALUES (?, ?)',
      ...[batch, storedJson(planned) ?? '[]'],
    );
    this.#sql.exec(
      'DELETE FROM batch_jobs WHERE batch NOT IN (SELECT batch FROM batch_jobs ORDER BY batch DESC LIMIT ?)',
      KEPT_BATCHES,
    );
  }

  /** @param service where Batch is asked, unless it is over */
  async of(batch: BatchId, service: Pick<BatchService, 'jobs'>): Promise<KnownJobs> {
    const { planned, seen } = this.#kept(batch);
    if (seen) return { planned, ...seen };
    const known = this.#seen.get(batch);
    if (!known || this.#now() - known.askedAt >= FRESH_MS) await this.#ask(batch, service, planned);
    const { read, readAt, problem } = this.#seen.get(batch) ?? UNANSWERED;
    return { planned, read, readAt, problem };
  }

  /** Several who look at once are one question. */
  async #ask(
    batch: BatchId,
    service: Pick<BatchService, 'jobs'>,
    planned: readonly PlannedJob[],
  ): Promise<void> {
    const asking = this.#asking.get(batch) ?? this.#read(batch, service, planned);
    this.#asking.set(batch, asking);
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, PATIENCE_MS);
    await Promise.race([asking, patience.promise]);
    clearTimeout(timer);
  }

  async #read(
    batch: BatchId,
    service: Pick<BatchService, 'jobs'>,
    planned: readonly PlannedJob[],
  ): Promise<void> {
    const answer = await service.jobs(batch);
    const now = this.#now();
    const before = this.#seen.get(batch) ?? UNSEEN;
    const seen: Seen = answer.ok
      ? { read: answer.value, readAt: now, problem: null }
      : { ...before, problem: answer.error.message };
    this.#asking.delete(batch);
    this.#seen.set(batch, { ...seen, askedAt: now });
    if (areOver({ planned, read: seen.read })) this.#keepEnd(batch, seen);
  }

  #keepEnd(batch: BatchId, { read, readAt }: Seen): void {
    const json = storedJson(read);
    if (json === null) return;
    // After lost storage there is no row yet.
    this.keep(batch, []);
    this.#sql.exec(
      'UPDATE batch_jobs SET read = ?, read_at = ? WHERE batch = ?',
      ...[json, readAt, batch],
    );
  }

  /** `seen` only where it is over. */
  #kept(batch: BatchId): { readonly planned: readonly PlannedJob[]; readonly seen: Seen | null } {
    const [row] = this.#sql.exec('SELECT * FROM batch_jobs WHERE batch = ?', batch);
    if (!row) return { planned: [], seen: null };
    const planned = PlannedJob.array().parse(JSON.parse(String(row['planned'])));
    if (row['read'] === null) return { planned, seen: null };
    const read = JobRead.array().parse(JSON.parse(String(row['read'])));
    return { planned, seen: { read, readAt: Number(row['read_at']), problem: null } };
  }
}
