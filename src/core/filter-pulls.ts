// Which pull requests a person wants to see, and in which order: by the query of an address, so that a view can be sent to
// somebody else. Each branch makes a table of its own, and these are joined. What the words of a query mean is in
// schemas/pull-query.ts.
import type { PullQuery, Standing } from '../../schemas/pull-query.ts';
import type { PullRow } from './pull-row.ts';

/** A row, and what it is found by without showing it. */
export interface Findable {
  readonly row: PullRow;
  readonly hidden: readonly string[];
}

/** Of one branch: what its part of a page may need. */
export interface PullTable {
  /** In order, up to the end of the page that is asked for. */
  readonly rows: readonly PullRow[];
  /** That fit, on all pages. */
  readonly found: number;
  /** Whatever is asked for. */
  readonly open: number;
  /** By whom and with which labels there are any, each once. */
  readonly authors: readonly string[];
  readonly labels: readonly string[];
}

/** One page of the tables of all branches; `found` and `open` count everything. */
export interface PullTablePage extends PullTable {
  readonly page: number;
  readonly pages: number;
}

export const PULLS_PER_PAGE = 100;

/** @param pulls in merge order, which is how they stay unless asked otherwise */
export function tableOf(pulls: readonly Findable[], query: PullQuery): PullTable {
  const words = wordsOf(query.q);
  const found = pulls.filter((pull) => fits(pull, query, words)).map(({ row }) => row);
  return {
    rows: sort(found, query).slice(0, query.page * PULLS_PER_PAGE),
    found: found.length,
    open: pulls.length,
    authors: distinct(pulls.map(({ row }) => row.author)),
    labels: distinct(pulls.flatMap(({ row }) => row.labels)),
  };
}

/** @param tables made for this very query, in the order of their branches */
export function joinTables(tables: readonly PullTable[], query: PullQuery): PullTablePage {
  const found = sumOf(tables.map((table) => table.found));
  const pages = Math.max(1, Math.ceil(found / PULLS_PER_PAGE));
  const page = Math.min(query.page, pages);
  const first = (page - 1) * PULLS_PER_PAGE;
  const isTurned = query.sort === 'queue' && query.dir === 'desc';
  const rows = (isTurned ? tables.toReversed() : tables).flatMap((table) => table.rows);
  return {
    rows: inOrder(rows, query).slice(first, first + PULLS_PER_PAGE),
    found,
    open: sumOf(tables.map(({ open }) => open)),
    authors: distinct(tables.flatMap(({ authors }) => authors)),
    labels: distinct(tables.flatMap(({ labels }) => labels)),
    page,
    pages,
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

function fits({ row, hidden }: Findable, query: PullQuery, words: readonly string[]): boolean {
  const same = (wanted: string, is: string): boolean =>
    wanted === '' || wanted.toLowerCase() === is.toLowerCase();
  if (!same(query.branch, row.branch) || !same(query.author, row.author)) return false;
  if (query.label !== '' && !row.labels.some((label) => same(query.label, label))) return false;
  if (query.state !== '' && query.state !== row.standing) return false;
  if (words.length === 0) return true;
  const text = textOf(row, hidden);
  return words.every((word) => text.includes(word));
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** What is searched: words anywhere in it, in any order. */
const textOf = ({ number, title, author, labels, why }: PullRow, hidden: readonly string[]) =>
  [`#${number}`, title, author, ...labels, ...why, ...hidden].join('\n').toLowerCase();

function sort(rows: readonly PullRow[], query: PullQuery): readonly PullRow[] {
  return query.sort === 'queue' && query.dir === 'desc' ? rows.toReversed() : inOrder(rows, query);
}

/** By what is compared; the queue is an order of its own. */
function inOrder(rows: readonly PullRow[], { sort, dir }: PullQuery): readonly PullRow[] {
  const keyOf = KEYS[sort];
  if (!keyOf) return rows;
  const sign = dir === 'desc' ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(keyOf(a), keyOf(b)));
}

const ORDER: readonly Standing[] = [
  'landing',
  'ready',
  'testing',
  'waiting',
  'unauthorized',
  'broken',
  'failed',
];

const KEYS: Readonly<Record<PullQuery['sort'], ((row: PullRow) => string | number) | null>> = {
  queue: null,
  number: ({ number }) => number,
  title: ({ title }) => title.toLowerCase(),
  author: ({ author }) => author.toLowerCase(),
  state: ({ standing }) => ORDER.indexOf(standing),
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const distinct = (names: readonly string[]): string[] =>
  [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'en'));
