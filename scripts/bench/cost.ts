// What a month costs on Cloudflare, from what was measured and its public price list of November 2026 (Workers Paid and
// Durable Objects with SQLite). What is assumed of a month is all in this file.
import { ConfigDocument } from '../../schemas/config.ts';
import { COMPILED_LINES, UNSEEN } from './compile.ts';
import { type Figure, figure, measured } from './figure.ts';
import { nameOf } from './landings.ts';

interface Price {
  readonly included: number;
  /** US dollars for a million more. */
  readonly perMillion: number;
}

/** US dollars a month. */
export const SUBSCRIPTION = 5;
const PRICES = {
  workerRequests: { included: 10e6, perMillion: 0.3 },
  workerCpuMs: { included: 30e6, perMillion: 0.02 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGbSeconds: { included: 400_000, perMillion: 12.5 },
  rowsRead: { included: 25e9, perMillion: 0.001 },
  rowsWritten: { included: 50e6, perMillion: 1 },
} satisfies Record<string, Price>;
type Use = Readonly<Record<keyof typeof PRICES, number>>;

const MONTH_SECONDS = 30 * 24 * 3_600;
/** The default. */
const POLL_SECONDS = ConfigDocument.shape.poll_every_seconds.parse(undefined);
const OBJECT_GB = 0.128;

/** For each pull request, from opened to landed. */
const ASSUMED = {
  webhooks: 60,
  passes: 60,
  pageViews: 50,
  compiled: 3,
  /** So many times what one that is tested once and lands writes: pushes, retests, comments. */
  rows: 5,
  /** A pull request is open for so long. */
  openDays: 3,
};

export const MONTHS = [100, 1_000, 10_000];

export const costFigures = (figures: readonly Figure[]): Figure[] =>
  MONTHS.flatMap((pulls) => {
    const use = useOf(pulls, figures);
    return [
      figure('month: cost', pulls, costOf(use), 'US dollars'),
      figure('month: CPU', pulls, use.workerCpuMs / 1_000, 's'),
      figure('month: rows written', pulls, use.rowsWritten, 'rows'),
    ];
  });

/** An object that never sleeps is the most that it can be: its duration is within what is included. */
function useOf(pulls: number, figures: readonly Figure[]): Use {
  const at = (name: string, n: number): number => measured(figures, name, n);
  const open = Math.max(1, (pulls * ASSUMED.openDays) / 30);
  const share = Math.min(1, open / 1_000);
  const between = (name: string): number => at(name, 1) + share * (at(name, 1_000) - at(name, 1));
  const polls = MONTH_SECONDS / POLL_SECONDS;
  const requests = pulls * (ASSUMED.webhooks + ASSUMED.pageViews) + polls;
  const alarms = pulls * ASSUMED.passes + polls;
  const rows = at(nameOf('untested', 45, 'rows written'), 1);
  return {
    workerRequests: requests,
    workerCpuMs:
      pulls * ASSUMED.webhooks * between('webhook: CPU') +
      alarms * between('pass, nothing changed: CPU') +
      pulls * ASSUMED.pageViews * between('page of the branches: CPU') +
      pulls * ASSUMED.compiled * at(UNSEEN, COMPILED_LINES),
    objectRequests: requests + alarms,
    objectGbSeconds: MONTH_SECONDS * OBJECT_GB,
    rowsRead: (requests + alarms) * (open + 10),
    rowsWritten:
      pulls * rows * ASSUMED.rows + polls * between('poll, nothing changed: rows written'),
  };
}

const costOf = (use: Use): number =>
  Object.entries(PRICES).reduce((sum, [name, { included, perMillion }]) => {
    const used = use[name as keyof Use];
    return sum + (Math.max(0, used - included) / 1e6) * perMillion;
  }, SUBSCRIPTION);
