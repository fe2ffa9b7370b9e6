// Which pull requests a person wants to see, and in which order: by the query of an address, so that a view can be sent to
// somebody else. Pure; what the words of a query mean is in schemas/pull-query.ts.
import type { PullQuery, Standing } from '../../schemas/pull-query.ts';
import type { PullStatus } from '../../schemas/status.ts';

export interface PullOfBranch {
  readonly repo: string;
  readonly branch: string;
  readonly pull: PullStatus;
}

export interface Filtered {
  /** Of one page. */
  readonly rows: readonly PullOfBranch[];
  /** That fit, on all pages. */
  readonly found: number;
  readonly pages: number;
}

export const PULLS_PER_PAGE = 100;

/** @param pulls in merge order, which is how they stay unless asked otherwise */
export function filterPulls(pulls: readonly PullOfBranch[], query: PullQuery): Filtered {
  const found = pulls.filter((row) => fits(row, query));
  const sorted = sort(found, query);
  const pages = Math.max(1, Math.ceil(found.length / PULLS_PER_PAGE));
  const first = (Math.min(query.page, pages) - 1) * PULLS_PER_PAGE;
  return { rows: sorted.slice(first, first + PULLS_PER_PAGE), found: found.length, pages };
}

function fits({ branch, pull }: PullOfBranch, query: PullQuery): boolean {
  const same = (wanted: string, is: string): boolean =>
    wanted === '' || wanted.toLowerCase() === is.toLowerCase();
  if (!same(query.branch, branch) || !same(query.author, pull.author)) return false;
  if (query.label !== '' && !pull.labels.some((label) => same(query.label, label))) return false;
  if (query.state !== '' && query.state !== standingOf(pull)) return false;
  const text = textOf(pull);
  return wordsOf(query.q).every((word) => text.includes(word));
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** What is searched: words anywhere in it, in any order. */
const textOf = (pull: PullStatus): string =>
  [
    `#${pull.number}`,
    pull.title,
    pull.author,
    pull.source_branch_name,
    pull.source_sha,
    ...pull.labels,
    ...pull.reasons.map(({ text }) => text),
  ]
    .join('\n')
    .toLowerCase();

function sort(rows: readonly PullOfBranch[], { sort, dir }: PullQuery): readonly PullOfBranch[] {
  const keyOf = KEYS[sort];
  if (!keyOf) return dir === 'desc' ? rows.toReversed() : rows;
  const sign = dir === 'desc' ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(keyOf(a.pull), keyOf(b.pull)));
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

const KEYS: Readonly<Record<PullQuery['sort'], ((pull: PullStatus) => string | number) | null>> = {
  queue: null,
  number: ({ number }) => number,
  title: ({ title }) => title.toLowerCase(),
  author: ({ author }) => author.toLowerCase(),
  state: (pull) => ORDER.indexOf(standingOf(pull)),
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where a pull request stands, in one word. */
export function standingOf({ reasons, build_state: build }: PullStatus): Standing {
  if (reasons.some(({ kind }) => kind === 'landing')) return 'landing';
  switch (build) {
    case 'success':
      return 'ready';
    case 'building':
      return 'testing';
    case 'failure':
      return 'failed';
    case 'error':
      return 'broken';
    case 'unauthorized':
      return 'unauthorized';
    case null:
      return 'waiting';
  }
}
