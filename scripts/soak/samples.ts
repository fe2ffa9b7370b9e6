// What a soak measures each minute, as a table, and the verdict: do memory and storage stay flat? Pure.
import type { Tables } from './tables.ts';

export interface Sample {
  readonly minute: number;
  /** Webhooks, those about our own checks among them. */
  readonly webhooks: number;
  readonly requests: number;
  readonly landed: number;
  readonly open: number;
  /** workerd's resident memory. */
  readonly memoryBytes: number;
  /** Of the objects' databases. Beside each is a write-ahead log, which SQLite lets grow to 4 MB and writes over again. */
  readonly tables: Tables;
  /** How long the status of a branch took to come. */
  readonly statusMs: number;
}

export interface Verdict {
  readonly isFlat: boolean;
  readonly sentences: readonly string[];
}

/** Everything is let find its level for a third of the time. */
const THIRDS = 3;
/** More growth than this, from the middle third to the last one, is no noise. */
const GROWTH_MAX = 0.1;
/** The event log is bounded by its rows and fills up once; nothing else may grow. */
const LOG_ROWS_MAX = 2_000;

const COLUMNS = [
  ...['minute', 'webhooks', 'requests', 'landed', 'open', 'memory'],
  ...['tables', 'log', 'rows', 'status'],
];
const MEGA = 1_048_576;

export const heading = (): string => COLUMNS.map((name) => name.padStart(9)).join('');

export function row(sample: Sample): string {
  const { minute, webhooks, requests, landed, open, memoryBytes, tables, statusMs } = sample;
  const mega = (bytes: number): string => `${(bytes / MEGA).toFixed(1)} MB`;
  return [
    ...[minute, webhooks, requests, landed, open].map(String),
    ...[mega(memoryBytes), mega(tables.otherBytes), mega(tables.logBytes), String(tables.logRows)],
    `${statusMs} ms`,
  ]
    .map((cell) => cell.padStart(9))
    .join('');
}

/** @param samples of at least three minutes */
export function verdictOf(samples: readonly Sample[]): Verdict {
  const judged = [
    growthOf('memory', samples, ({ memoryBytes }) => memoryBytes),
    growthOf('tables beside the event log', samples, ({ tables }) => tables.otherBytes),
  ];
  const rows = Math.max(...samples.map(({ tables }) => tables.logRows));
  const isBounded = rows <= LOG_ROWS_MAX;
  return {
    isFlat: isBounded && judged.every(({ isFlat }) => isFlat),
    sentences: [
      ...judged.flatMap(({ sentences }) => sentences),
      `event log ${isBounded ? 'is bounded' : 'GROWS'}: ${rows} rows in the fullest, of ${LOG_ROWS_MAX}`,
    ],
  };
}

function growthOf(
  what: string,
  samples: readonly Sample[],
  of: (sample: Sample) => number,
): Verdict {
  const third = Math.floor(samples.length / THIRDS);
  const middle = median(samples.slice(third, 2 * third).map(of));
  const growth = median(samples.slice(-third).map(of)) / middle - 1;
  const isFlat = growth <= GROWTH_MAX;
  const sentence = `${what}: ${(growth * 100).toFixed(1)}% more in the last third than in the middle one`;
  return { isFlat, sentences: [`${isFlat ? 'flat' : 'GROWING'}, ${sentence}`] };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
