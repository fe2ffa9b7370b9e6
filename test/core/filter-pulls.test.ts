// Which pull requests a query of an address shows, and in which order.
import { describe, expect, it } from 'vitest';
import { PullQuery, pullQueryText } from '../../schemas/pull-query.ts';
import type { PullStatus } from '../../schemas/status.ts';
import { filterPulls, PULLS_PER_PAGE, type PullOfBranch } from '../../src/core/filter-pulls.ts';
import { pastOf } from '../../src/core/past.ts';
import { pullStatuses, viewOf } from '../../src/loop/pull-status.ts';
import { configOf, failed, NOON, pullOf, running, stateOf, unbuilt } from '../support/builders.ts';

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
const rows: PullOfBranch[] = pullStatuses(viewOf(state, configOf(), pastOf([]), NOON)).map(
  (pull) => ({
    repo: 'acme/bakery',
    branch: 'acme/bakery:main',
    pull,
  }),
);
const shown = (query: Record<string, string>) =>
  filterPulls(rows, PullQuery.parse(query)).rows.map(({ pull }) => pull.number);

describe('S8.4 what is looked for', () => {
  it.each<[query: Record<string, string>, numbers: number[]]>([
    [{}, rows.map(({ pull }) => pull.number)],
    [{ q: 'menu RYE' }, [1]],
    [{ q: 'ägyptian' }, [2]],
    [{ q: '#3' }, [3]],
    [{ q: 'change-2' }, [2]],
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

  it('keeps the merge order unless asked otherwise, and turns it round', () => {
    expect(shown({ dir: 'desc' })).toEqual(shown({}).toReversed());
  });
});

describe('S8.4 pages', () => {
  const [first] = rows;
  const many = Array.from({ length: 2 * PULLS_PER_PAGE + 1 }, (_, index): PullOfBranch => {
    const pull: PullStatus = { ...(first?.pull as PullStatus), number: index + 1 };
    return { repo: 'acme/bakery', branch: 'acme/bakery:main', pull };
  });

  it.each<[page: string, first: number, length: number]>([
    ['1', 1, PULLS_PER_PAGE],
    ['2', PULLS_PER_PAGE + 1, PULLS_PER_PAGE],
    ['3', 2 * PULLS_PER_PAGE + 1, 1],
    ['99', 2 * PULLS_PER_PAGE + 1, 1],
    ['nonsense', 1, PULLS_PER_PAGE],
  ])('page %s begins with %i and has %i', (page, number, length) => {
    const filtered = filterPulls(many, PullQuery.parse({ page }));
    expect([filtered.rows[0]?.pull.number, filtered.rows.length]).toEqual([number, length]);
    expect([filtered.found, filtered.pages]).toEqual([many.length, 3]);
  });
});

describe('S8.4 an address', () => {
  it('that makes no sense is as if it had said nothing', () => {
    const nonsense = {
      state: 'upside down',
      sort: 'colour',
      dir: 'up',
      page: '-1',
      q: 'x'.repeat(999),
    };
    expect(PullQuery.parse(nonsense)).toEqual(PullQuery.parse({}));
  });

  it('says what differs, and is read back', () => {
    const query = PullQuery.parse({ q: 'a & b', state: 'failed', page: '2' });
    expect(pullQueryText(PullQuery.parse({}))).toBe('');
    expect(pullQueryText(query)).toBe('?q=a+%26+b&state=failed&page=2');
    const back = Object.fromEntries(new URLSearchParams(pullQueryText(query)));
    expect(PullQuery.parse(back)).toEqual(query);
  });
});
