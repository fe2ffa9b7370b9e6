// S6.9, S7: the planted bugs have their place in the present code, and some of them are found. All of them are
// hunted by `npm run sim:planted`.
import { describe, expect, test } from 'vitest';
import { oldBugs } from '../../scripts/sim/planted/old-bugs.ts';
import { hunt, planted } from '../../scripts/sim/planted/plant.ts';
import { plantedBugs } from '../../scripts/sim/planted/planted-bugs.ts';

const SEEDS = 1_000;
/** Of three kinds: at a call, in the order of things, at rest. */
const QUICK = ['ignore a freeze', 'clear a flag before the work', 'keep the result over a push'];

describe('planted bugs', () => {
  test('are at least twenty, each with a name of its own', () => {
    expect(plantedBugs.length).toBeGreaterThanOrEqual(20);
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  });

  test.each([...plantedBugs, ...oldBugs])('$name has exactly one place', (bug) => {
    expect(planted(bug)).toContain(bug.becomes);
  });

  test('without a place are an error', () => {
    const [bug] = plantedBugs;
    if (!bug) throw new Error('an empty list');
    const lost = { ...bug, was: 'a line that was changed since' };
    expect(() => planted(lost)).toThrow(`"${bug.name}" has no single place in ${bug.file}`);
    const twice = { ...bug, was: 'state' };
    expect(() => planted(twice)).toThrow('has no single place');
  });

  test('that crash have found nothing, and it is said why', async () => {
    const [bug] = plantedBugs;
    if (!bug) throw new Error('an empty list');
    const { found, why } = await hunt({ ...bug, becomes: 'const current = ;' }, 1);
    expect(found).toBeNull();
    expect(why).toMatch(/^it crashed: \w*Error/);
  });

  test.each(plantedBugs.filter(({ name }) => QUICK.includes(name)))(
    '$name is found',
    async (bug) => {
      expect((await hunt(bug, SEEDS)).found).not.toBeNull();
    },
  );
});
