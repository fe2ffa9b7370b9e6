// Which webhooks a branch has heard of already: the newest thousand, in a ring of rows, so that a delivery costs one row
// written and nothing has ever to be cleared away. Correctness never depends on it: marking twice is harmless (S4.4).

const KEPT = 1_000;

export class HeardDeliveries {
  readonly #sql: SqlStorage;
  /** The keys in the table, and the place of the next; null until it was read. */
  #heard: { readonly keys: Map<string, number>; next: number } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS delivery (place INTEGER PRIMARY KEY, turn INTEGER NOT NULL, key TEXT NOT NULL)',
    );
  }

  has(key: string): boolean {
    return this.#read().keys.has(key);
  }

  /** To be called in one turn with the mark, so that both are written or neither. */
  add(key: string): void {
    const heard = this.#read();
    const turn = heard.next;
    this.#sql.exec('INSERT OR REPLACE INTO delivery VALUES (?, ?, ?)', turn % KEPT, turn, key);
    heard.keys.set(key, turn);
    heard.next = turn + 1;
    const [oldest] = heard.keys.keys();
    if (heard.keys.size > KEPT && oldest !== undefined) heard.keys.delete(oldest);
  }

  #read() {
    if (this.#heard) return this.#heard;
    const rows = this.#sql.exec('SELECT turn, key FROM delivery ORDER BY turn').toArray();
    const keys = new Map(rows.map(({ turn, key }) => [String(key), Number(turn)]));
    const newest = rows.at(-1);
    this.#heard = { keys, next: newest ? Number(newest['turn']) + 1 : 0 };
    return this.#heard;
  }
}
