// The table of pull requests inside workerd when there are a thousand of them.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failed, NOON, pullOf, stateOf, unbuilt } from '../support/builders.ts';
import { MAIN, pageAt, quiet, seed, stubOf } from './sluice.ts';

beforeEach(quiet);
afterEach(async () => {
  await reset();
  vi.restoreAllMocks();
});

const LIMIT_MS = 100;
/** The first ones read a thousand rows; others may lose the processor to other tests. */
const LOOKS_MAX = 40;
const MANY = 1_000;

const pullAt = (index: number) => {
  const number = index + 1;
  if (index % 3 === 0) return pullOf(number, { build: failed(number) });
  return index % 3 === 1 ? pullOf(number, { build: unbuilt }) : pullOf(number);
};

it(`S8.4 with ${MANY} pull requests the table is served in less than ${LIMIT_MS} ms`, async () => {
  const pulls = Array.from({ length: MANY }, (_, index) => pullAt(index));
  const frozen = { reason: 'fire', by: 'alice', since: NOON, until: null };
  await seed(stubOf(MAIN), stateOf({ polledAt: Date.now(), pulls, frozen }));
  const times: number[] = [];
  while (times.length < LOOKS_MAX && !times.some((time) => time < LIMIT_MS)) {
    const before = performance.now();
    const { text } = await pageAt('/prs');
    times.push(performance.now() - before);
    expect(text).toContain(`${MANY} open`);
    expect(text).toContain('Page 1 of 10');
  }
  expect(Math.min(...times)).toBeLessThan(LIMIT_MS);
});
