// The simulator itself: the same seed is the same history, a violation is found and shrunk, and the
// documented invariants are the checked ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CALLS, MERGE_CALLS } from '../../scripts/sim/history/call-faults.ts';
import { drawn, isApart, isStrict } from '../../scripts/sim/history/fates.ts';
import { type History, historyOf } from '../../scripts/sim/history/history.ts';
import { shrink } from '../../scripts/sim/history/shrink.ts';
import { storyOf } from '../../scripts/sim/history/story.ts';
import { invariants } from '../../scripts/sim/invariants/invariants.ts';
import { upheavals } from '../../scripts/sim/invariants/upheavals.ts';
import { Calendar } from '../../scripts/sim/run/calendar.ts';
import { runApart } from '../../scripts/sim/run/isolation.ts';
import { mishap } from '../../scripts/sim/run/mishap.ts';
import { runHistory } from '../../scripts/sim/run/run-seed.ts';
import { BatchWorld } from '../../scripts/sim/world/batch-world.ts';
import { GithubWorld } from '../../scripts/sim/world/github-world.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/invariants.md');
const seeds = Array.from({ length: 1_000 }, (_, index) => index + 1);

afterEach(() => vi.restoreAllMocks());

describe('the simulator', () => {
  test('checks exactly the invariants that are documented', () => {
    const [, table = ''] = readFileSync(DOCUMENT, 'utf8').split('## The invariants');
    const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| (.+) \| (.+) \|$/gm)]
      .map(([, name, sentence]) => ({ name, sentence }))
      .slice(2);
    expect(rows).toEqual(invariants.map(({ name, sentence }) => ({ name, sentence })));
  });

  test('tells the same story from the same seed', async () => {
    const told = async () => storyOf(await runHistory(historyOf(7), true), true);
    expect(await told()).toBe(await told());
  });

  test('finds that a cancellation is forgotten, and shrinks the history', async () => {
    // Batch says that it was done, and does nothing.
    const finish = BatchWorld.prototype.finish;
    vi.spyOn(BatchWorld.prototype, 'finish').mockImplementation(function (
      this: BatchWorld,
      batch,
      state,
    ) {
      if (state !== 'cancelled') finish.call(this, batch, state);
    });
    for (let seed = 1; seed < 1_000; seed++) {
      const history = historyOf(seed);
      const { violation } = await runHistory(history);
      if (!violation) continue;
      const shrunk = await shrink(history);
      expect(shrunk.steps.length).toBeLessThan(history.steps.length);
      const again = await runHistory(shrunk);
      expect(again.violation?.invariant).toBe(violation.invariant);
      return;
    }
    throw new Error('nothing was found');
  });

  test('tells an exception of its own as a violation with its seed', async () => {
    vi.spyOn(GithubWorld.prototype, 'openPull').mockImplementation(() => {
      throw new Error('the world stumbles');
    });
    const opens = ({ steps }: History) => steps.some(({ name }) => name === 'open a pull request');
    const seed = seeds.find((each) => opens(historyOf(each)));
    const { violation } = await runHistory(historyOf(seed ?? 0));
    expect(violation).toMatchObject({ seed, invariant: mishap.name });
    expect(violation?.detail).toContain('the world stumbles');
  });

  test('draws for each seed by itself what is asked of it', () => {
    const many = Array.from({ length: 5_000 }, (_, seed) => seed);
    const kinds = new Set(
      many.map(
        (seed) => `${isStrict(seed)} ${isApart(seed)} ${drawn(seed, 'upheaval', upheavals)?.name}`,
      ),
    );
    expect(kinds.size).toBe(2 * 2 * upheavals.length);
  });

  test('disturbs every call that is made, and no other', async () => {
    const made = new Set<string>();
    for (const seed of seeds.slice(0, 300))
      for (const { calls } of (await runHistory(historyOf(seed))).towns)
        for (const { name } of calls) if (!name.startsWith('kubernetes.')) made.add(name);
    expect([...made].sort()).toEqual([...new Set([...CALLS, ...MERGE_CALLS])].sort());
  });

  test('knows which faults did something where only one branch has them', async () => {
    const history = seeds
      .map(historyOf)
      .find(({ setting, steps }) => setting.branches.length > 1 && steps.length > 30);
    if (!history) throw new Error('no such history');
    const { taken } = await runApart(history);
    const faults = history.steps.filter(({ kind }) => kind === 'fault');
    expect(faults.filter((step) => taken.has(step)).length).toBeGreaterThan(faults.length / 2);
  });
});

describe('the calendar', () => {
  test('lets things happen in the order of their times, then in the order of writing', async () => {
    const calendar = new Calendar(0);
    const happened: string[] = [];
    for (const [at, name] of [
      [5, 'd'],
      [1, 'a'],
      [3, 'b'],
      [3, 'c'],
    ] as const)
      calendar.at(at, () => happened.push(`${name} at ${calendar.now}`));
    await calendar.run(4);
    expect(happened).toEqual(['a at 1', 'b at 3', 'c at 3']);
    expect(calendar.now).toBe(4);
  });

  test('lets every promise go on between two events', async () => {
    const calendar = new Calendar(0);
    const happened: string[] = [];
    void calendar.wait(1).then(async () => {
      for (let turn = 0; turn < 50; turn++) await null;
      happened.push('first');
    });
    calendar.at(1, () => happened.push('second'));
    await calendar.run(2);
    expect(happened).toEqual(['first', 'second']);
  });
});
