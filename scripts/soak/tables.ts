// What the tables of the objects' databases take, read beside the process that writes them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

export interface Tables {
  /** Of the event log, whose rows are bounded: it fills up once. */
  readonly logBytes: number;
  /** Of all others. */
  readonly otherBytes: number;
  /** Of the fullest event log. */
  readonly logRows: number;
}

const sizes = z.array(z.object({ name: z.string(), bytes: z.number() }));
const counted = z.object({ rows: z.number() });
const LOG = 'event';

/** @param storage the folder below which workerd keeps the databases */
export function readTables(storage: string): Tables {
  const files = readdirSync(storage, { recursive: true, withFileTypes: true });
  const databases = files
    .filter(({ name }) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
    .map(({ parentPath, name }) => readDatabase(join(parentPath, name)));
  const sum = (of: (tables: Tables) => number): number =>
    databases.reduce((total, tables) => total + of(tables), 0);
  return {
    logBytes: sum(({ logBytes }) => logBytes),
    otherBytes: sum(({ otherBytes }) => otherBytes),
    logRows: Math.max(0, ...databases.map(({ logRows }) => logRows)),
  };
}

function readDatabase(path: string): Tables {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = sizes.parse(
      database.prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name').all(),
    );
    const log = tables.find(({ name }) => name === LOG);
    const all = tables.reduce((total, { bytes }) => total + bytes, 0);
    const { rows } = log
      ? counted.parse(database.prepare(`SELECT count(*) AS rows FROM ${LOG}`).get())
      : { rows: 0 };
    const logBytes = log?.bytes ?? 0;
    return { logBytes, otherBytes: all - logBytes, logRows: rows };
  } finally {
    database.close();
  }
}
