// Webhooks that are accepted, inside workerd: what they mark is durable before GitHub gets its answer.
import { evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testEnvironment } from '../support/environment.ts';
import { alarmOf, MAIN, outside, quiet, STABLE, storedBy, stubOf, webhook } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const repository = { full_name: 'acme/bakery' };
const opened = (number: number, ref = 'main') => ({
  action: 'opened',
  repository,
  pull_request: { number, base: { ref } },
});
const marksOf = async (name: string) => (await storedBy(stubOf(name)))?.flags.github;

describe('S4.2 the signature', () => {
  it('is good with either secret while they are rotated', async () => {
    const secrets = [
      testEnvironment.GITHUB_WEBHOOK_SECRET,
      testEnvironment.GITHUB_WEBHOOK_SECRET_OLD,
    ];
    for (const [index, secret] of secrets.entries()) {
      expect(await webhook('pull_request', opened(7), { secret })).toEqual([202, '202: noted']);
      expect((await marksOf(MAIN))?.marked).toBe(2 + index);
    }
  });

  it('is wrong: flags that were set before stay as they are', async () => {
    await webhook('pull_request', opened(7));
    const before = await marksOf(MAIN);
    await webhook('pull_request', opened(8), { secret: 'another-secret' });
    expect(await marksOf(MAIN)).toEqual(before);
  });
});

describe('S4.3 a good event marks just what it concerns', () => {
  it('the flag of its branch, with an alarm', async () => {
    expect(await webhook('pull_request', opened(7))).toEqual([202, '202: noted']);
    const flags = await marksOf(MAIN);
    expect(flags).toMatchObject({ marked: 2, settled: 0, pulls: { 7: 2 } });
    expect(await alarmOf(stubOf(MAIN))).toEqual(expect.any(Number));
  });

  it('both branches of one that was retargeted', async () => {
    const changes = { base: { ref: { from: 'stable' } } };
    await webhook('pull_request', { ...opened(7), action: 'edited', changes });
    expect([await marksOf(MAIN), await marksOf(STABLE)]).toMatchObject([
      { pulls: { 7: 2 } },
      { pulls: { 7: 2 } },
    ]);
  });
});

describe('S4.4 durable before GitHub gets its answer', () => {
  it('also when the object is evicted at once', async () => {
    await webhook('pull_request', opened(7));
    await evictDurableObject(stubOf(MAIN));
    expect(await marksOf(MAIN)).toMatchObject({ marked: 2, settled: 0, pulls: { 7: 2 } });
  });

  it('deliveries repeated or in another order ask for the same to be read', async () => {
    for (const number of [7, 8, 7, 7, 8]) await webhook('pull_request', opened(number));
    const flag = await marksOf(MAIN);
    expect([flag?.marked, Object.keys(flag?.pulls ?? {})]).toEqual([6, ['7', '8']]);
  });

  it('and nobody waits for GitHub or Batch: they may never answer', async () => {
    outside(() => new Promise(() => {}));
    expect(await webhook('pull_request', opened(7))).toEqual([202, '202: noted']);
  });
});
