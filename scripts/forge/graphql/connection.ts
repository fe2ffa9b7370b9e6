// Relay connections as GitHub makes them: a cursor names the place of an item in the order, not its
// index, so that a page continues rightly when items before it have gone.

import { Refusal } from '../refusal.ts';
import type { Viewer } from './viewer.ts';

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

type Key = string | number;

export interface Ordering<T> {
  /** Compared part by part; unique within the connection. */
  readonly key: (item: T, index: number) => readonly Key[];
  readonly descending?: boolean;
}

const PAGE_MAX = 100;

const encode = (key: readonly Key[]): string =>
  Buffer.from(`cursor:${JSON.stringify(key)}`).toString('base64');

function decode(cursor: string): readonly Key[] {
  const text = Buffer.from(cursor, 'base64').toString();
  try {
    const key: unknown = JSON.parse(text.slice('cursor:'.length));
    const isKey = (part: unknown): part is Key =>
      typeof part === 'string' || typeof part === 'number';
    if (Array.isArray(key) && key.every(isKey)) return key;
  } catch {
    // Not one of ours: refused below like every other wrong cursor.
  }
  throw new Refusal(422, `\`${cursor}\` does not appear to be a valid cursor.`);
}

function compare(a: readonly Key[], b: readonly Key[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined || part === other) continue;
    return part < other ? -1 : 1;
  }
  return 0;
}

/** Throws a 422 Refusal for a cursor that is not one and for a page of no or too many items. */
export function connection<T, N>(
  items: readonly T[],
  page: PageArguments,
  node: (item: T, viewer: Viewer) => N,
  ordering: Ordering<T> = { key: (_item, index) => [index] },
) {
  const size = page.first ?? page.last ?? null;
  if (size === null) {
    throw new Refusal(422, 'You must provide a `first` or `last` value to properly paginate.');
  }
  if (size < 0 || size > PAGE_MAX) {
    throw new Refusal(422, `Requesting ${size} records exceeds the limit of ${PAGE_MAX} records.`);
  }
  const sign = ordering.descending === true ? -1 : 1;
  const keyed = items
    .map((item, index) => ({ item, key: ordering.key(item, index) }))
    .toSorted((a, b) => sign * compare(a.key, b.key));
  const after = page.after == null ? null : decode(page.after);
  const before = page.before == null ? null : decode(page.before);
  const between = keyed.filter(
    ({ key }) =>
      (after === null || sign * compare(key, after) > 0) &&
      (before === null || sign * compare(key, before) < 0),
  );
  const shown = page.first == null ? between.slice(-size) : between.slice(0, size);
  const cursor = (place: { readonly key: readonly Key[] } | undefined): string | null =>
    place === undefined ? null : encode(place.key);
  return {
    totalCount: items.length,
    nodes: (_none: object, viewer: Viewer) => shown.map(({ item }) => node(item, viewer)),
    edges: (_none: object, viewer: Viewer) =>
      shown.map(({ item, key }) => ({ cursor: encode(key), node: node(item, viewer) })),
    pageInfo: {
      hasNextPage: between.at(-1) !== undefined && shown.at(-1) !== between.at(-1),
      hasPreviousPage: shown[0] !== keyed[0],
      startCursor: cursor(shown[0]),
      endCursor: cursor(shown.at(-1)),
    },
  };
}
