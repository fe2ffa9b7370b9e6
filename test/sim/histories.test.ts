// S6.9, S7: histories from seeds break no invariant. With SIM_FRESH=1 some of the seeds are fresh ones each time; the first is
// in the test's name, and a violation reproduces anywhere.
import { describe, expect, test } from 'vitest';
import { keptSeeds } from '../../scripts/sim/history/seeds.ts';
import { runSeed } from '../../scripts/sim/run/run-seed.ts';

const FIXED = 100;
const MORE = 200;
const first = process.env['SIM_FRESH'] ? Math.floor(Math.random() * 2 ** 30) : FIXED + 1;

async function violations(seeds: readonly number[]) {
  const found = [];
  for (const seed of seeds) {
    const violation = await runSeed(seed);
    if (violation) found.push({ ...violation, reproduce: `npm run sim -- --seed ${seed}` });
  }
  return found;
}

const from = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => seed + index);

describe('S6.9, S7 a history keeps every invariant', () => {
  test('from seeds that once found something', async () => {
    expect(await violations(keptSeeds())).toEqual([]);
  });

  test(`from the first ${FIXED} seeds`, async () => {
    expect(await violations(from(1, FIXED))).toEqual([]);
  });

  test(`from ${MORE} seeds from ${first}`, async () => {
    expect(await violations(from(first, MORE))).toEqual([]);
  });
});
