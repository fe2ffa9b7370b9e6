// The judge of the killing: a history in which all is well passes, and each thing that may go wrong is told.
import { describe, expect, it } from 'vitest';
import { drawRoles } from '../../scripts/kill/cast.ts';
import { figures, storyLines } from '../../scripts/kill/figures.ts';
import type { Kill } from '../../scripts/kill/killer.ts';
import type { Told } from '../../scripts/kill/story.ts';
import { type BatchSeen, type Evidence, violations } from '../../scripts/kill/verdict.ts';
import { createPrng } from '../../scripts/sim/history/prng.ts';

const batch = (id: number, attributes: Record<string, string>, more = {}): BatchSeen => ({
  ...{ id, attributes, state: 'success', complete: true, n_jobs: 2 },
  ...more,
});
const identity = { test: '1', pr: '1', source_sha: 's', target_sha: 'begin', attempt: '1' };
const test = batch(1, { ...identity, tested_sha: 'one', jobs: '2' });
const deploy = batch(2, { deploy: '1', sha: 'two' });
const well: Evidence = {
  main: [
    { sha: 'two', parents: ['one'], subject: 'Pushed directly' },
    { sha: 'one', parents: ['begin'], subject: 'Flour (#1)' },
    { sha: 'begin', parents: [], subject: '' },
  ],
  batches: [test, deploy],
  pulls: [
    { number: 1, isOpen: false, mustLand: true },
    { number: 2, isOpen: true, mustLand: false },
  ],
  reasons: new Map([[2, ['test_failed']]]),
  ownRefs: ['refs/sluice/main/2'],
  direct: new Set(['Pushed directly']),
  blamed: [],
  crashes: [],
};

describe('the judge of the killing', () => {
  it('has nothing against a history in which all is well', () => {
    expect(violations(well)).toEqual([]);
  });

  const untested = 'one (Flour (#1)) is on main untested';
  it.each<[what: string, change: Partial<Evidence>, told: string]>([
    ['a commit without a test', { batches: [deploy] }, untested],
    ['a failed test', { batches: [{ ...test, state: 'failure' }, deploy] }, untested],
    ['a test that runs on', { batches: [{ ...test, complete: false }, deploy] }, untested],
    ['a test without all its jobs', { batches: [{ ...test, n_jobs: 1 }, deploy] }, untested],
    [
      'a test on another parent',
      {
        batches: [{ ...test, attributes: { ...test.attributes, target_sha: 'other' } }, deploy],
      },
      untested,
    ],
    [
      'two landings of one pull request',
      { main: [{ sha: 'one', parents: ['begin'], subject: 'Flour (#1)' }, ...well.main] },
      '#1 has landed twice',
    ],
    [
      'two tests of one attempt',
      { batches: [{ ...test, id: 3 }, test, deploy] },
      'two test batches of #1 s begin attempt 1',
    ],
    ['two deploys', { batches: [test, deploy, { ...deploy, id: 3 }] }, 'two was deployed twice'],
    ['no deploy', { batches: [test] }, 'two, the newest of main, was not deployed'],
    [
      'a pull request that was to land and did not',
      { pulls: [{ number: 2, isOpen: true, mustLand: true }] },
      '#2 has not landed: test_failed',
    ],
    [
      'a pull request that was to land and is lost',
      { pulls: [{ number: 3, isOpen: false, mustLand: true }] },
      '#3 is closed and not on main',
    ],
    [
      'a failure that Batch does not know of',
      { blamed: [{ number: 1, batch: 1 }] },
      '#1 is said to have failed in batch 1',
    ],
    [
      'a failure of somebody else’s test',
      { batches: [{ ...test, state: 'failure' }], blamed: [{ number: 2, batch: 1 }] },
      '#2 is said to have failed in batch 1',
    ],
    ['no reason', { reasons: new Map() }, '#2 is open without a reason'],
    [
      'one that has landed and is open',
      { pulls: [...well.pulls, { number: 1, isOpen: true, mustLand: true }] },
      '#1 has landed and is open',
    ],
    [
      'a ref of a closed one',
      { ownRefs: ['refs/sluice/main/1'] },
      'refs/sluice/main/1 is left over',
    ],
    [
      'a batch that nobody waits for',
      { batches: [batch(9, {}, { complete: false }), test, deploy] },
      'batch 9 still runs',
    ],
    ['an exception', { crashes: ['oh'] }, 'a pass crashed: oh'],
  ])('tells %s', (_what, change, told) => {
    expect(violations({ ...well, ...change })).toContain(told);
  });
});

describe('the stories of the killing', () => {
  it('follow from their seed, and are not all alike', () => {
    const stories = [1, 1, 2, 3].map((seed) => drawRoles(1, createPrng(seed)));
    expect(stories[0]).toEqual(stories[1]);
    expect(new Set(stories.map((roles) => JSON.stringify(roles))).size).toBe(3);
  });

  it('end in figures', () => {
    const kill: Kill = {
      at: '2026-01-05T09:00:00Z',
      part: 'workerd',
      during: 'any moment',
      change: null,
      downMs: 400,
    };
    const upgrade: Kill = { ...kill, change: 'upgrade' };
    const told: Told = {
      ...{ trouble: 'calm', kills: [kill, upgrade], landed: 3, toRestMs: 1_200, retries: 0 },
      violations: ['#1 has landed twice'],
    };
    expect(storyLines(4, told)).toEqual([
      'story 4: calm; 2 kills, 3 commits, 1.2 s to rest',
      '  VIOLATION: #1 has landed twice',
      '  2026-01-05T09:00:00Z workerd: any moment',
      '  2026-01-05T09:00:00Z workerd: any moment, upgrade',
    ]);
    expect(figures([told, told])).toEqual(
      expect.arrayContaining([
        '2 stories, 4 kills, 6 commits on main, 2 violations',
        'killed: workerd 4',
        'another release in its place: upgrade 2',
        'to rest: median 1.2 s, 90% within 1.2 s, at most 1.2 s',
        '    4  any moment',
      ]),
    );
  });
});
