// A door in a thread of its own: whatever an input does to that, somebody is left to tell of it.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuzzApart } from '../../scripts/fuzz/apart.ts';
import type { Found, Run } from '../../scripts/fuzz/fuzz.ts';

const doors = join(import.meta.dirname, 'trap-doors.ts');

async function fuzz(
  door: string,
  limit: { readonly waitMaxMs?: number } = {},
): Promise<{ run: Run | null; found: Found[] }> {
  const found: Found[] = [];
  const limits = { seed: 7, inputs: 0, ms: Number.POSITIVE_INFINITY };
  const run = await fuzzApart({ door, doors, limits, ...limit }, (each) => found.push(each));
  return { run, found };
}

const NEVER = 'it never came to an end';

describe.concurrent('S3.3 a door in a thread of its own', () => {
  it.each([
    ['loops', { waitMaxMs: 1_000 }, NEVER],
    ['backtracks', { waitMaxMs: 1_000 }, NEVER],
    ['waits', { waitMaxMs: 1_000 }, NEVER],
    ['leaves', {}, 'it ended its thread'],
    ['throws', {}, 'it ended its thread: Error: nobody catches this'],
  ])('that %s: its input is told, after what was found before', async (door, limit, problem) => {
    const { run, found } = await fuzz(door, limit);
    expect(run).toBeNull();
    expect(found).toEqual([
      { input: 'the first one', problem: 'found before' },
      { input: 'the last one', problem: expect.stringContaining(problem) },
    ]);
  });

  it('counts what ran for its own inputs, whichever was before', async () => {
    const blocksOf = async (door: string) => (await fuzz(door)).run?.blocks ?? 0;
    const digest = await blocksOf('digest');
    expect(digest).toBeGreaterThan(0);
    expect(await blocksOf('config')).toBeGreaterThan(digest);
    expect(await blocksOf('digest')).toBe(digest);
  });
});
