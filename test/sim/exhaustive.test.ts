// S6.9, S7: the exhaustive check in short, and that it finds what is planted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { explore } from '../../scripts/sim/exhaustive/explore.ts';
import { BranchObject } from '../../scripts/sim/world/branch-object.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/invariants.md');
const unlimited = Number.POSITIVE_INFINITY;

afterEach(() => vi.restoreAllMocks());

describe('S6.9, S7 whatever happens to two pull requests', () => {
  test('in every story of two steps', async () => {
    const { story, states } = await explore({ depth: 2, departures: unlimited });
    expect(story).toBeNull();
    expect(states).toBeGreaterThan(500);
  });

  test('in every story with one departure from its usual order', async () => {
    const { story, ...found } = await explore({ depth: unlimited, departures: 1 });
    expect(story).toBeNull();
    const [states, transitions, leaves] = [found.states, found.transitions, found.leaves].map(
      (count) => count.toLocaleString('en'),
    );
    const row = `| \`--departures 1\` | ${states} | ${transitions} | ${leaves} | 0 |`;
    expect(readFileSync(DOCUMENT, 'utf8'), 'docs/invariants.md').toContain(row);
  });
});

describe('the exhaustive check', () => {
  test('finds that a message is not heard, and tells the story', async () => {
    vi.spyOn(BranchObject.prototype, 'mark').mockImplementation(() => {});
    const { story } = await explore({ depth: unlimited, departures: 1 });
    expect(story).toEqual([
      expect.stringContaining('the alarm rings; as call 1 takes effect, a message arrives'),
      expect.stringContaining('VIOLATION of "no message is forgotten"'),
    ]);
  });

  test('finds that nobody wakes up after a crash', async () => {
    const { wake } = BranchObject.prototype;
    vi.spyOn(BranchObject.prototype, 'wake').mockImplementation(async function (
      this: BranchObject,
    ) {
      const end = await wake.call(this);
      if (end === 'crashed') this.alarm = Number.MAX_SAFE_INTEGER;
      return end;
    });
    const { story } = await explore({ depth: unlimited, departures: 1 });
    expect(story?.at(-1)).toContain('VIOLATION of "it comes to rest"');
  });
});
