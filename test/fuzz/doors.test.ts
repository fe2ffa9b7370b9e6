// Every door takes whatever comes: what was found once, and a short run of the fuzzer from a fixed seed.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { keptCases } from '../../scripts/fuzz/cases.ts';
import type { Door } from '../../scripts/fuzz/door.ts';
import { doors as allDoors } from '../../scripts/fuzz/doors.ts';
import { fuzz, tryOut } from '../../scripts/fuzz/fuzz.ts';

const doors = await Promise.all(Object.values(allDoors).map((open) => open()));
/** A story of passes takes as long as many of the others. */
const INPUTS: Readonly<Record<string, number>> = { github: 10, batch: 10, 'build-yaml': 20 };
const INPUTS_OTHERWISE = 60;
/** The same is tried however slow the machine is. */
const ENDLESS = { ms: Number.POSITIVE_INFINITY };
/** Of the good ones, from the first to the last. */
const SEEDS: Readonly<Record<string, number>> = { github: 25, batch: 10 };

function withFewSeeds(door: Door): Door {
  const seeds = door.seeds();
  const step = Math.ceil(seeds.length / (SEEDS[door.name] ?? seeds.length));
  return { ...door, seeds: () => seeds.filter((_, index) => index % step === 0) };
}

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  for (const door of doors) await door.prepare?.();
});

const enter = async (door: Door, input: string): Promise<string | null> =>
  (await tryOut(door, input)).problem;

describe.each(doors.map((door) => [door.name, door] as const))('S3.3 the door %s', (name, door) => {
  it.each(keptCases(name))('takes %s, which was found once', async (_file, input) => {
    expect(await enter(door, input)).toBeNull();
  });

  it('takes nonsense of a fixed seed', async () => {
    const limits = { ...ENDLESS, seed: 20_261_128, inputs: INPUTS[name] ?? INPUTS_OTHERWISE };
    const few = withFewSeeds(door);
    const { found, inputs } = await fuzz(few, null, limits);
    expect(found).toEqual([]);
    expect(inputs).toBeGreaterThan(few.seeds().length);
  });
});

describe('the fuzzer itself', () => {
  const trap = (spring: (input: string) => string | null): Door => ({
    name: 'trap',
    seeds: () => ['{"a": 1, "b": ["x", "y"]}', '{"c": {"d": true}}'],
    enter: async (input) => spring(input),
  });
  const run = (spring: (input: string) => string | null) =>
    fuzz(trap(spring), null, { ...ENDLESS, seed: 7, inputs: 2_000 });

  it('finds a crash', async () => {
    const { found } = await run((input) => JSON.parse(input).b?.length.toFixed() ?? null);
    expect(found.map(({ problem }) => problem)).toContainEqual(
      expect.stringContaining('it crashed'),
    );
  });

  it('finds a bad answer, once for all inputs that meet it', async () => {
    const { found } = await run((input) => (input.includes('null') ? `bad ${input.length}` : null));
    expect(found).toHaveLength(1);
  });

  it('tries the same again from the same seed', async () => {
    const inputs = async (): Promise<string[]> => {
      const tried: string[] = [];
      await run((input) => {
        tried.push(input);
        return null;
      });
      return tried;
    };
    expect(await inputs()).toEqual(await inputs());
  });
});
