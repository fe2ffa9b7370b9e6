// A branch's state in its object's SQLite: one record, a row for each pull request, and the bounded
// event log. Everything is written in one transaction with the news of what changed. Decides nothing.
import type { PlannedJob } from '../schemas/batch-jobs.ts';
import { Event, type EventKind, type News } from '../schemas/event.ts';
import { FailedJob } from '../schemas/failed-job.ts';
import type { BatchId, BranchName } from '../schemas/ids.ts';
import type { BranchState } from '../schemas/state.ts';
import { RetriedTest } from '../schemas/status.ts';
import { newBranch } from '../src/core/new-branch.ts';
import { news } from '../src/core/news.ts';
import { readStored, refusalOfNewer } from '../src/core/stored-state.ts';
import type { Store } from '../src/loop/ports.ts';
import { BatchJobs } from './batch-jobs.ts';
import { storedJson } from './stored-json.ts';

const KEPT_EVENTS = 2_000;
/** Of so many batches. */
const KEPT_FAILURES = 200;
const KEPT_RETRIED = 5_000;
const RECORD = 'record';

export interface EventLogQuery {
  /** `deploy.failed`; `deploy` for everything of deploys; empty for any. */
  readonly kind: string;
  readonly pr: number | null;
  /** Only those with a smaller `seq`. */
  readonly before: number | null;
  readonly limit: number;
}

export class SqliteStore implements Store {
  readonly jobs: BatchJobs;
  readonly #storage: DurableObjectStorage;
  readonly #branch: BranchName;
  readonly #now: () => number;
  readonly #onNews: (news: News) => void;
  readonly #onChange: () => void;
  /** What the tables hold; null until it was read. */
  #state: BranchState | null = null;
  /** Whether there is a record already. */
  #isStored = false;

  constructor(
    storage: DurableObjectStorage,
    branch: BranchName,
    now: () => number,
    onNews: (news: News) => void,
    onChange: () => void,
  ) {
    this.#storage = storage;
    this.#branch = branch;
    this.#now = now;
    this.#onNews = onNews;
    this.#onChange = onChange;
    this.jobs = new BatchJobs(storage.sql, now);
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS pull (number INTEGER PRIMARY KEY, json TEXT NOT NULL)',
    );
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
       kind TEXT NOT NULL, pr INTEGER, text TEXT NOT NULL, data TEXT NOT NULL)`,
    );
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS failure (batch INTEGER PRIMARY KEY, json TEXT NOT NULL)',
    );
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS retried (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)',
    );
  }

  /** @returns a sentence when a newer version has written what is here, and nothing may be touched */
  refusal(): string | null {
    return this.#state === null ? refusalOfNewer(this.#storage.kv.get(RECORD), this.#branch) : null;
  }

  /** @throws the refusal, if there is one */
  read(): BranchState {
    this.#state ??= this.#load();
    return this.#state;
  }

  update(change: (state: BranchState) => BranchState): BranchState {
    const before = this.read();
    const after = change(before);
    if (after === before) return before;
    const happened = news(before, after);
    try {
      this.#storage.transactionSync(() => {
        this.#save(before, after);
        for (const item of happened) this.#append(item);
      });
    } catch (error) {
      // The tables were rolled back; what we believe must be read from them again.
      this.#state = null;
      throw error;
    }
    this.#state = after;
    this.#isStored = true;
    for (const item of happened) this.#onNews(item);
    if (looksDifferent(before, after)) this.#onChange();
    return after;
  }

  /** Events with a larger `seq` than `after`, oldest first. */
  events(after: number, limit: number): Event[] {
    return this.#storage.sql
      .exec('SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?', after, limit)
      .toArray()
      .map(eventOf);
  }

  /** The newest events of one pull request, oldest first. */
  eventsOf(pr: number, limit: number): Event[] {
    return this.#storage.sql
      .exec('SELECT * FROM event WHERE pr = ? ORDER BY seq DESC LIMIT ?', pr, limit)
      .toArray()
      .map(eventOf)
      .reverse();
  }

  /** The newest events of some kinds, oldest first. */
  newestOf(kinds: readonly EventKind[], limit: number): Event[] {
    const any = kinds.map(() => '?').join(', ');
    return this.#storage.sql
      .exec(
        `SELECT * FROM event WHERE kind IN (${any}) ORDER BY seq DESC LIMIT ?`,
        ...[...kinds, limit],
      )
      .toArray()
      .map(eventOf)
      .reverse();
  }

  /** Newest first. */
  eventLog({ kind, pr, before, limit }: EventLogQuery): Event[] {
    return this.#storage.sql
      .exec(
        `SELECT * FROM event WHERE seq < ? AND (? = '' OR kind = ? OR kind LIKE ? || '.%')
         AND (? IS NULL OR pr = ?) ORDER BY seq DESC LIMIT ?`,
        ...[before ?? Number.MAX_SAFE_INTEGER, kind, kind, kind, pr, pr, limit],
      )
      .toArray()
      .map(eventOf);
  }

  keepFailures(batch: BatchId, jobs: readonly FailedJob[]): void {
    const { sql } = this.#storage;
    const json = storedJson(jobs) ?? storedJson(jobs.map((job) => ({ ...job, log: null })));
    sql.exec('INSERT OR REPLACE INTO failure VALUES (?, ?)', batch, json ?? '[]');
    sql.exec(
      'DELETE FROM failure WHERE batch NOT IN (SELECT batch FROM failure ORDER BY batch DESC LIMIT ?)',
      KEPT_FAILURES,
    );
  }

  /** What failed in a batch; none when it is not known, or no more. */
  failures(batch: BatchId): FailedJob[] {
    const [row] = this.#storage.sql.exec('SELECT json FROM failure WHERE batch = ?', batch);
    return row ? FailedJob.array().parse(JSON.parse(String(row['json']))) : [];
  }

  keepJobs(batch: BatchId, jobs: readonly PlannedJob[]): void {
    this.jobs.keep(batch, jobs);
  }

  /** Ids grow with time, so that those of several branches can be told in one order. */
  noteRetried(tests: readonly Omit<RetriedTest, 'id' | 'retried_at'>[]): void {
    const { sql } = this.#storage;
    const at = this.#now();
    const [last] = sql.exec('SELECT max(id) AS id FROM retried');
    const first = Math.max(at * 1_000, Number(last?.['id'] ?? 0) + 1);
    for (const [index, test] of tests.entries())
      sql.exec('INSERT INTO retried VALUES (?, ?, ?)', first + index, at, JSON.stringify(test));
    sql.exec(
      'DELETE FROM retried WHERE id NOT IN (SELECT id FROM retried ORDER BY id DESC LIMIT ?)',
      KEPT_RETRIED,
    );
  }

  /** Newest first: since a time, and with a smaller id than `before`. */
  retried(since: number, before: number, limit: number): RetriedTest[] {
    return this.#storage.sql
      .exec(
        'SELECT * FROM retried WHERE at >= ? AND id < ? ORDER BY id DESC LIMIT ?',
        ...[since, before, limit],
      )
      .toArray()
      .map(({ id, at, json }) =>
        RetriedTest.parse({
          ...{ id, retried_at: new Date(Number(at)).toISOString() },
          ...JSON.parse(String(json)),
        }),
      );
  }

  /** How many tests came to an end since a time, as far as the event log goes back. */
  finishedTests(since: number): number {
    const [row] = this.#storage.sql.exec(
      "SELECT count(*) AS n FROM event WHERE at >= ? AND kind IN ('test.passed', 'test.failed')",
      since,
    );
    return Number(row?.['n'] ?? 0);
  }

  finishedByDay(since: number): { day: string; count: number }[] {
    return this.#storage.sql
      .exec(
        `SELECT date(at / 1000, 'unixepoch') AS day, count(*) AS n FROM event
         WHERE at >= ? AND kind IN ('test.passed', 'test.failed') GROUP BY day`,
        since,
      )
      .toArray()
      .map(({ day, n }) => ({ day: String(day), count: Number(n) }));
  }

  /** For what happened outside of any change of state, such as a pass that crashed. */
  note(item: News): void {
    this.#append(item);
    this.#onNews(item);
  }

  /** A fresh start is written at once, so that what could not be read is not met again. */
  #load(): BranchState {
    const record = this.#storage.kv.get(RECORD);
    this.#isStored = record !== undefined;
    if (record === undefined) return newBranch(this.#branch);
    const refusal = refusalOfNewer(record, this.#branch);
    if (refusal !== null) throw new Error(refusal);
    const rows = this.#storage.sql.exec('SELECT number, json FROM pull').toArray();
    const pulls = rows.map(({ number, json }) => [Number(number), String(json)] as const);
    const { state, startedOver } = readStored({ record, pulls }, this.#branch);
    if (startedOver)
      this.#storage.transactionSync(() => {
        const { pulls: _, ...fresh } = state;
        this.#storage.sql.exec('DELETE FROM pull');
        this.#storage.kv.put(RECORD, fresh);
      });
    return state;
  }

  /** The state is immutable, so what is the same object is the same in the tables. */
  #save({ pulls: pullsBefore, ...before }: BranchState, { pulls, ...after }: BranchState): void {
    const stored = this.#isStored;
    if (!stored || !shallowEqual(before, after)) this.#storage.kv.put(RECORD, after);
    if (pulls === pullsBefore && stored) return;
    for (const [number, pull] of Object.entries(pulls))
      if (pull !== pullsBefore[Number(number)] || !stored)
        this.#storage.sql.exec(
          'INSERT OR REPLACE INTO pull (number, json) VALUES (?, ?)',
          Number(number),
          JSON.stringify(pull),
        );
    for (const number of Object.keys(pullsBefore).map(Number))
      if (!pulls[number]) this.#storage.sql.exec('DELETE FROM pull WHERE number = ?', number);
  }

  #append({ kind, pr, text, data }: News): void {
    const { sql } = this.#storage;
    sql.exec(
      'INSERT INTO event (at, kind, pr, text, data) VALUES (?, ?, ?, ?, ?)',
      this.#now(),
      kind,
      pr,
      text,
      JSON.stringify(data),
    );
    sql.exec('DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event) - ?', KEPT_EVENTS);
  }
}

/** Nobody sees the flags, nor when it was last decided. */
const looksDifferent = ({ flags: _, decidedAt: __, ...before }: BranchState, after: BranchState) =>
  !shallowEqual(before, after);

const shallowEqual = (a: object, b: object): boolean =>
  Object.entries(a).every(([key, value]) => Reflect.get(b, key) === value);

const eventOf = (row: Record<string, SqlStorageValue>): Event =>
  Event.parse({ ...row, data: JSON.parse(String(row['data'])) });
