// Which pull requests a query of an address shows, and in which order.
import { describe, expect, it } from 'vitest';
import { leftOutOfPulls, PullQuery, pullQueryText } from '../../schemas/pull-query.ts';
import {
  type Findable,
  joinTables,
  PULLS_PER_PAGE,
  type PullTablePage,
  tableOf,
} from '../../src/core/filter-pulls.ts';
import { pastOf } from '../../src/core/past.ts';
import type { PullRow } from '../../src/core/pull-row.ts';
import { pullTable } from '../../src/loop/pull-rows.ts';
import { viewOf } from '../../src/loop/pull-status.ts';
import {
  configOf,
  failed,
  NOON,
  pullOf,
  running,
  sourceOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const state = stateOf({
  frozen: { reason: 'fire', by: 'alice', since: NOON, until: null },
  pulls: [
    pullOf(1, { build: failed(1), facts: { title: 'Menu: rye', labels: ['kitchen'] } }),
    pullOf(2, { build: running(2), facts: { title: 'menu: Ägyptian bread' } }),
    pullOf(3, {
      build: unbuilt,
      facts: { title: 'A', author: { login: 'Mallory', name: 'M', email: 'm@x.test' } },
    }),
  ],
});
const view = viewOf(state, configOf(), pastOf([]), NOON);
const pageOf = (query: Record<string, string>): PullTablePage => {
  const asked = PullQuery.parse(query);
  return joinTables([pullTable(view, asked)], asked);
};
const shown = (query: Record<string, string>) => pageOf(query).rows.map(({ number }) => number);

describe('S10.2 what is looked for', () => {
  it.each<[query: Record<string, string>, numbers: number[]]>([
    [{}, [1, 2, 3]],
    [{ q: 'menu RYE' }, [1]],
    [{ q: 'ägyptian' }, [2]],
    [{ q: '#3' }, [3]],
    [{ q: 'change-2' }, [2]],
    [{ q: sourceOf(2) }, [2]],
    [{ q: 'kitchen' }, [1]],
    [{ q: 'jobs failed' }, [1]],
    [{ q: 'nothing of the kind' }, []],
    [{ author: 'mallory' }, [3]],
    [{ label: 'Kitchen' }, [1]],
    [{ branch: 'acme/bakery:stable' }, []],
    [{ state: 'failed' }, [1]],
    [{ state: 'testing' }, [2]],
    [{ state: 'unauthorized' }, [3]],
    [{ state: 'landing' }, []],
    [{ sort: 'number' }, [1, 2, 3]],
    [{ sort: 'number', dir: 'desc' }, [3, 2, 1]],
    [{ sort: 'title' }, [3, 1, 2]],
    [{ sort: 'author', dir: 'desc' }, [3, 2, 1]],
    [{ sort: 'state' }, [2, 3, 1]],
  ])('%j: %j', (query, numbers) => {
    const found = shown(query);
    expect('sort' in query ? found : found.toSorted()).toEqual(
      'sort' in query ? numbers : numbers.toSorted(),
    );
  });

  it('says of each what a row shows', () => {
    expect(pageOf({ q: 'rye' }).rows).toEqual([
      {
        repo: 'acme/bakery',
        branch: 'acme/bakery:main',
        number: 1,
        title: 'Menu: rye',
        author: 'alice',
        labels: ['kitchen'],
        standing: 'failed',
        outOfDate: false,
        position: null,
        why: [
          'Its test failed in batch 101: 1 of 2 jobs failed.',
          expect.stringContaining('frozen by alice: fire'),
        ],
      },
    ]);
  });

  it('offers the authors and labels of all of them, whatever is looked for', () => {
    expect(pageOf({ q: 'rye' })).toMatchObject({
      ...{ found: 1, open: 3, authors: ['alice', 'Mallory'], labels: ['kitchen'] },
    });
  });

  it('keeps the merge order unless asked otherwise, and turns it round', () => {
    expect(shown({ dir: 'desc' })).toEqual(shown({}).toReversed());
  });
});

describe('S10.2 pages', () => {
  const [first] = pageOf({}).rows;
  const many = Array.from({ length: 2 * PULLS_PER_PAGE + 1 }, (_, index): Findable => {
    const row = { ...(first as PullRow), number: index + 1, title: `Change ${index % 7}` };
    return { row, hidden: [] };
  });

  it.each<[page: string, first: number, length: number]>([
    ['1', 1, PULLS_PER_PAGE],
    ['2', PULLS_PER_PAGE + 1, PULLS_PER_PAGE],
    ['3', 2 * PULLS_PER_PAGE + 1, 1],
    ['99', 2 * PULLS_PER_PAGE + 1, 1],
    ['nonsense', 1, PULLS_PER_PAGE],
  ])('page %s begins with %i and has %i', (page, number, length) => {
    const query = PullQuery.parse({ page });
    const joined = joinTables([tableOf(many, query)], query);
    expect([joined.rows[0]?.number, joined.rows.length]).toEqual([number, length]);
    expect([joined.found, joined.pages]).toEqual([many.length, 3]);
  });

  it.each<Record<string, string>>([
    {},
    { dir: 'desc' },
    { sort: 'title' },
    { sort: 'title', dir: 'desc', page: '2' },
    { sort: 'number', dir: 'desc', page: '3' },
  ])('%j: two branches are one table', (asked) => {
    const query = PullQuery.parse(asked);
    const [main, stable] = [many.slice(0, 130), many.slice(130)];
    const apart = joinTables([tableOf(main, query), tableOf(stable, query)], query);
    expect(apart).toEqual(joinTables([tableOf(many, query)], query));
  });
});

describe('S10.2 an address', () => {
  it('that makes no sense is as if it had said nothing', () => {
    const nonsense = {
      state: 'upside down',
      sort: 'colour',
      dir: 'up',
      page: '-1',
      q: 'x'.repeat(999),
    };
    expect(PullQuery.parse(nonsense)).toEqual(PullQuery.parse({}));
    expect(leftOutOfPulls(nonsense)).toEqual([
      `q is "${'x'.repeat(60)}…"; expected at most 200 characters.`,
      'state is "upside down"; expected one of landing, ready, testing, waiting, failed, broken, unauthorized.',
      'sort is "colour"; expected one of queue, number, title, author, state.',
      'dir is "up"; expected one of asc, desc.',
      'page is "-1"; expected a number from 1.',
    ]);
  });

  it.each([
    {},
    { q: '', state: '', sort: 'queue', dir: 'asc', page: '1' },
    { q: 'a', author: 'alice', state: 'failed', sort: 'title', dir: 'desc', page: '2' },
  ])('of which nothing is left out: %o', (asked: Record<string, string>) => {
    expect(leftOutOfPulls(asked)).toEqual([]);
  });

  it('says what differs, and is read back', () => {
    const query = PullQuery.parse({ q: 'a & b', state: 'failed', page: '2' });
    expect(pullQueryText(PullQuery.parse({}))).toBe('');
    expect(pullQueryText(query)).toBe('?q=a+%26+b&state=failed&page=2');
    const back = Object.fromEntries(new URLSearchParams(pullQueryText(query)));
    expect(PullQuery.parse(back)).toEqual(query);
  });
});
