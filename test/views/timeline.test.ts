// What happened to a pull request, as its page tells it: what is repeated is told once.
import { jsx } from 'hono/jsx';
import { expect, it } from 'vitest';
import type { EventStatus } from '../../schemas/status.ts';
import { Page } from '../../src/views/page-context.ts';
import { Timeline } from '../../src/views/timeline.tsx';

const NOON = Date.UTC(2026, 0, 5, 12);
const viewer = { login: null, name: 'anonymous', permissions: [], csrf: null };

/** @param texts newest first, a minute apart */
function told(...texts: string[]): string[] {
  const events = texts.map(
    (text, index): EventStatus => ({
      ...{ seq: 100 - index, kind: 'test.unbuildable', pr: 7, text, data: {} },
      at: new Date(NOON - (index + 1) * 60_000).toISOString(),
    }),
  );
  const value = { viewer, now: NOON, path: '/', flash: null };
  const html = String(jsx(Page.Provider, { value }, jsx(Timeline, { events })));
  return [...html.matchAll(/<li.*?<\/li>/gs)].map(([item]) =>
    item
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

it('S10.2 what follows on the same is told once, with how often and since when', () => {
  expect(told('no steps', 'no steps', 'no steps', 'no name', 'no steps')).toEqual([
    'no steps (3 times, first 3 min ago ) 1 min ago',
    'no name 4 min ago',
    'no steps 5 min ago',
  ]);
});
