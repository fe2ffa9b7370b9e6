// What a soak measures each minute, as a table, and the verdict: do memory and storage stay flat? Pure.

export interface Sample {
  readonly minute: number;
  /** Webhooks, those about our own checks among them. */
  readonly webhooks: number;
  readonly requests: number;
  readonly landed: number;
  readonly open: number;
  /** workerd's resident memory. */
  readonly memoryBytes: number;
  /** The objects' databases. Beside each is a write-ahead log, which SQLite lets grow to 4 MB and writes over again. */
  readonly storageBytes: number;
  /** How long the status of a branch took to come. */
  readonly statusMs: number;
}

export interface Verdict {
  readonly isFlat: boolean;
  readonly sentences: readonly string[];
}

/** Memory is let find its level for a third of the time. */
const SETTLED_AFTER = 1 / 3;
/** More growth than this, from the middle third to the last one, is no noise. */
const GROWTH_MAX = 0.1;
/** The event log is bounded by its rows and fills up once; nothing else may grow. */
const STORAGE_PER_BRANCH_MAX = 3 * 1_048_576;

const COLUMNS = ['minute', 'webhooks', 'requests', 'landed', 'open', 'memory', 'storage', 'status'];
const MEGA = 1_048_576;

export const heading = (): string => COLUMNS.map((name) => name.padStart(9)).join('');

export function row(sample: Sample): string {
  const { minute, webhooks, requests, landed, open, memoryBytes, storageBytes, statusMs } = sample;
  const mega = (bytes: number): string => `${(bytes / MEGA).toFixed(1)} MB`;
  return [
    ...[minute, webhooks, requests, landed, open].map(String),
    ...[mega(memoryBytes), mega(storageBytes), `${statusMs} ms`],
  ]
    .map((cell) => cell.padStart(9))
    .join('');
}

export function verdictOf(samples: readonly Sample[], branches: number): Verdict {
  const third = Math.floor(samples.length * SETTLED_AFTER);
  if (third < 1) return { isFlat: true, sentences: ['Too short for a verdict.'] };
  const middle = median(samples.slice(third, 2 * third).map(({ memoryBytes }) => memoryBytes));
  const last = median(samples.slice(-third).map(({ memoryBytes }) => memoryBytes));
  const growth = last / middle - 1;
  const storage = Math.max(...samples.map(({ storageBytes }) => storageBytes)) / branches;
  const isMemoryFlat = growth <= GROWTH_MAX;
  const isStorageFlat = storage <= STORAGE_PER_BRANCH_MAX;
  return {
    isFlat: isMemoryFlat && isStorageFlat,
    sentences: [
      `memory ${isMemoryFlat ? 'is flat' : 'GROWS'}: ${(growth * 100).toFixed(1)}% more in the last third than in the middle one`,
      `storage ${isStorageFlat ? 'is bounded' : 'GROWS'}: ${(storage / MEGA).toFixed(2)} MB a branch at most, of ${STORAGE_PER_BRANCH_MAX / MEGA} MB`,
    ],
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
