// When a pull request may land, as its page says it: never in the past.
import { jsx } from 'hono/jsx';
import { expect, it } from 'vitest';
import type { PullStatus } from '../../schemas/status.ts';
import { Page } from '../../src/views/page-context.ts';
import { Queue } from '../../src/views/queue.tsx';

const NOON = Date.UTC(2026, 0, 5, 12);
const viewer = { login: null, name: 'anonymous', permissions: [], csrf: null };

function textOf(earliest: number, latest: number): string {
  const queue = {
    position: 1,
    ahead: [],
    estimate: {
      lands_at_earliest: new Date(NOON + earliest).toISOString(),
      lands_at_latest: new Date(NOON + latest).toISOString(),
    },
  };
  const pull = { number: 7, queue } as unknown as PullStatus;
  const value = { viewer, now: NOON, path: '/', flash: null };
  const html = String(jsx(Page.Provider, { value }, jsx(Queue, { repo: 'acme/bakery', pull })));
  return html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
}

it('S10.2 an estimate is a range of times to come', () => {
  expect(textOf(120_000, 600_000)).toContain('may land in 2 min, at the latest in 10 min');
});

it('S10.2 an estimate whose earliest minute has begun says how long it takes at most', () => {
  expect(textOf(-46_000, 74_000)).toContain('may land any moment, at the latest in 1 min');
});
