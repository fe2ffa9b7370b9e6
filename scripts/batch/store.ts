/**
 * The records and the journal they are replayed from. An event is on disk before it is applied, so
 * what a client was told survives a kill. Decides nothing: see scheduler.ts.
 */
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchEvent, BatchRecord } from './record.ts';
import { applyEvent, newBatch } from './scheduler.ts';

export class Store {
  /** By id, ascending. */
  readonly batches = new Map<number, BatchRecord>();
  readonly #journal: number;
  #lastId = 0;

  /** Opens (or makes) the journal in `root` and replays it. */
  constructor(root: string) {
    mkdirSync(root, { recursive: true });
    const path = join(root, 'journal.jsonl');
    this.#journal = openSync(path, 'a');
    const whole = readFileSync(path, 'utf8');
    // A kill in the middle of a write leaves half a line: nobody was told of that event.
    const kept = whole.slice(0, whole.lastIndexOf('\n') + 1);
    if (kept.length < whole.length) truncateSync(path, Buffer.byteLength(kept));
    for (const line of kept.split('\n')) {
      // Our own writing, one event a line: trusted without a schema.
      if (line !== '') this.#apply(JSON.parse(line) as BatchEvent);
    }
  }

  nextBatchId(): number {
    return this.#lastId + 1;
  }

  /** Journals the event, then applies it. */
  record(event: BatchEvent): void {
    writeSync(this.#journal, `${JSON.stringify(event)}\n`);
    this.#apply(event);
  }

  /** @returns null when there is none, or it was deleted. */
  batch(id: number): BatchRecord | null {
    const batch = this.batches.get(id);
    return batch && !batch.deleted ? batch : null;
  }

  /** The batch that this user made with this token: tokens make creation idempotent. */
  batchByToken(user: string, token: string): BatchRecord | null {
    for (const batch of this.batches.values()) {
      if (batch.user === user && batch.spec.token === token) return batch;
    }
    return null;
  }

  close(): void {
    closeSync(this.#journal);
  }

  #apply(event: BatchEvent): void {
    if (event.kind === 'batch') {
      this.batches.set(event.batch, newBatch(event));
      this.#lastId = event.batch;
      return;
    }
    const batch = this.batches.get(event.batch);
    if (!batch) throw new Error(`the journal names batch ${event.batch} before it was created`);
    applyEvent(batch, event);
  }
}
