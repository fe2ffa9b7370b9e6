// What is on record over all branches: how their deploys went, and which tests were tried again.
import { Hono } from 'hono';
import type { RetriedTest } from '../../schemas/status.ts';
import type { Branches } from './branches.ts';

const TWO_WEEKS_MS = 14 * 24 * 60 * 60_000;
const LIMIT_MAX = 500;

export function recordRoutes(branches: Branches): Hono {
  const app = new Hono().basePath('/api/v1alpha');

  app.get('/deploy_status', async (c) =>
    c.json(await Promise.all(branches.all().map(({ stub }) => stub.deployStatus()))),
  );

  app.get('/retried_tests', async (c) => {
    const asked = askedOf(c.req.query(), Date.now());
    if (typeof asked === 'string') return c.text(`400: ${asked}`, 400);
    const { since, before, limit } = asked;
    const found = await Promise.all(
      // One more than is shown tells whether there are more.
      branches.all().map(({ stub }) => stub.retried(since, before, limit + 1)),
    );
    const all = found.flatMap(({ rows }) => rows).toSorted((a, b) => b.id - a.id);
    const rows = all.slice(0, limit);
    const finished = found.reduce((sum, branch) => sum + branch.finished, 0);
    return c.json({
      rows,
      cursor: rows.at(-1)?.id ?? null,
      has_more: all.length > limit,
      rates: ratesOf(rows, finished),
    });
  });
  return app;
}

interface Asked {
  readonly since: number;
  readonly before: number;
  readonly limit: number;
}

/** @returns a sentence that says which parameter is wrong, and what was expected */
function askedOf(query: Record<string, string>, now: number): Asked | string {
  const { after, cursor, limit = String(LIMIT_MAX) } = query;
  const since = after === undefined ? now - TWO_WEEKS_MS : Date.parse(after);
  if (Number.isNaN(since) || (after !== undefined && !/(Z|[+-]\d\d:?\d\d)$/.test(after)))
    return `after is "${after}"; expected a time with its zone, such as 2026-01-05T09:00:00Z`;
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
  if (!Number.isSafeInteger(before)) return `cursor is "${cursor}"; expected the id of a row`;
  if (!/^[1-9]\d{0,8}$/.test(limit)) return `limit is "${limit}"; expected a number from 1 to 500`;
  return { since, before, limit: Math.min(Number(limit), LIMIT_MAX) };
}

/** How often each test was tried again, also as a share of all tests that came to an end; most often first. */
export function ratesOf(rows: readonly RetriedTest[], finished: number) {
  const counts = new Map<string, number>();
  for (const { job_name: name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, retried]) => ({
      job_name: name,
      retried,
      rate: finished === 0 ? null : retried / finished,
    }))
    .toSorted((a, b) => b.retried - a.retried || (a.job_name < b.job_name ? -1 : 1));
}
