// The figures that do not depend on the machine, at their limits: docs/performance.md has all of them.
import { describe, expect, it } from 'vitest';
import { BranchAtWork } from '../../scripts/bench/branch-at-work.ts';
import { LANDING_LIMITS, landingFigures } from '../../scripts/bench/landings.ts';
import { verdicts } from '../../scripts/bench/limit.ts';

/** Its pages are known from the poll before. Nobody is authorized: a thousand tests would only take time. */
async function quietPoll(open: number) {
  const branch = new BranchAtWork({ developers: [] });
  branch.openPulls(open);
  await branch.settle();
  await branch.poll();
  branch.latencyMs = 50;
  return branch.poll();
}

describe('S3.1 a poll with nothing changed', () => {
  it('of 1,000 pull requests makes at most 60 requests, 8 in a row', async () => {
    const calls = await quietPoll(1_000);
    expect(calls.length).toBeGreaterThanOrEqual(42);
    expect(calls.length).toBeLessThanOrEqual(60);
    const toGitHub = calls.filter(({ name }) => name.startsWith('github.'));
    expect(toGitHub.length).toBeLessThanOrEqual(3 + 1_000 / 25);
    expect(new Set(calls.map(({ at }) => at)).size).toBeLessThanOrEqual(8);
  }, 60_000);
});

describe('S4.4 a webhook', () => {
  it('makes no request; the pass after it makes one', async () => {
    const branch = new BranchAtWork({});
    const [one = 0] = branch.openPulls(1);
    await branch.settle();
    const before = branch.requests.length;
    branch.github.changePull(one, { labels: ['nice'] }, 'labeled');
    expect(branch.requests.length - before).toBe(0);
    expect(await branch.settle()).toHaveLength(1);
  });
});

describe('S7.4 landing ten approved pull requests', () => {
  it('takes at most 19 test batches, and 9 when all are tested green', async () => {
    const judged = verdicts(await landingFigures([10], [45]), LANDING_LIMITS);
    expect(judged.map(({ line }) => line.slice(0, 'within'.length))).toEqual(['within', 'within']);
  });
});
