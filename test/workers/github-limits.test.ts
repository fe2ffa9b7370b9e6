// Two branches of one credential inside workerd: what one is told of GitHub's limits, the other knows, and people see.
// A file of its own, because an isolate remembers the limits as long as the file lasts.
import { reset, runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WatchedBranches } from '../../schemas/status.ts';
import { stateOf } from '../support/builders.ts';
import { MAIN, outside, pageAt, quiet, request, STABLE, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const NOW = Date.now() + 24 * 3_600_000;
const EVERYTHING = { marked: 1, settled: 0, everything: 1, single: {} };
const budgetOf = async (name: string) => {
  const answer = await request('/api/v1alpha/watched_branches');
  const { branches } = WatchedBranches.parse(await answer.json());
  return branches.find(({ branch_fqn }) => branch_fqn === name)?.github_budget;
};
const iso = (at: number) => new Date(at).toISOString();

it('S3.3 a secondary limit that one branch meets keeps another from asking, and both say so', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(NOW);
  for (const branch of [MAIN, STABLE]) {
    const flags = { ...stateOf().flags, github: EVERYTHING };
    await seed(stubOf(branch), stateOf({ branch, polledAt: NOW, flags }));
  }
  const resetsAt = Math.floor(NOW / 1000) + 600;
  const github = vi.fn(async () => {
    const headers = {
      'retry-after': '90',
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4711',
      'x-ratelimit-used': '289',
      'x-ratelimit-reset': String(resetsAt),
    };
    return Response.json({ message: 'a secondary rate limit' }, { status: 403, headers });
  });
  outside((input) =>
    String(input).startsWith('https://github.test')
      ? github()
      : Promise.resolve(new Response('down', { status: 503 })),
  );
  await runDurableObjectAlarm(stubOf(MAIN));
  const asked = github.mock.calls.length;
  expect(asked).toBeGreaterThan(0);
  await runDurableObjectAlarm(stubOf(STABLE));
  expect(github).toHaveBeenCalledTimes(asked);
  const told = {
    limits: ['core', 'graphql'].map((resource) => ({
      ...{ resource, limit: 5000, used: 289, remaining: 4711, kept_for_landings: 500 },
      resets_at: iso(resetsAt * 1000),
    })),
    waiting: {
      until: iso(NOW + 90_000),
      because: expect.stringContaining('a secondary rate limit'),
      landings_go_on: false,
    },
    problem: null,
  };
  expect([await budgetOf(MAIN), await budgetOf(STABLE)]).toEqual([told, told]);
  const { text } = await pageAt('/');
  expect(text).toContain('REST: 4711 of 5000 left');
  expect(text).toContain('Nothing is asked');
});
