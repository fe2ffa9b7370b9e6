// Merge priority: each rule before the next, and the same order on every machine.
import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../schemas/state.ts';
import { byPriority } from '../../src/core/priority.ts';
import { configOf, conflict, failed, NOON, pullOf, running, unbuilt } from '../support/builders.ts';

const urgent = { labels: ['High-Priority'] };
const held = { labels: ['WIP'] };

describe('S7.3 priority', () => {
  it.each<[rule: string, first: PullRequest, second: PullRequest]>([
    [
      'high priority before everything else',
      pullOf(9, { build: failed(9), facts: { labels: ['High-Priority', 'WIP'] } }),
      pullOf(1),
    ],
    [
      'a do-not-merge label after its absence',
      pullOf(9, { build: failed(9) }),
      pullOf(1, { facts: held }),
    ],
    ['passed before running', pullOf(9), pullOf(1, { build: running(1) })],
    ['passed before untested', pullOf(9), pullOf(1, { build: unbuilt })],
    ['untested before failed', pullOf(9, { build: unbuilt }), pullOf(1, { build: failed(1) })],
    [
      'running before conflicting',
      pullOf(9, { build: running(9) }),
      pullOf(1, { build: conflict() }),
    ],
    [
      'running and untested alike: the older first',
      pullOf(1, { build: unbuilt }),
      pullOf(2, { build: running(2) }),
    ],
    ['the older first', pullOf(1), pullOf(2)],
    [
      'older by time, not by number',
      pullOf(9, { facts: { createdAt: NOON - 1 } }),
      pullOf(1, { facts: { createdAt: NOON } }),
    ],
    [
      'the smaller number where the times are the same',
      pullOf(1, { facts: { createdAt: NOON } }),
      pullOf(2, { facts: { createdAt: NOON } }),
    ],
    [
      'high priority among the held',
      pullOf(9, { facts: { labels: ['high-priority', 'WIP'] } }),
      pullOf(1, { facts: held }),
    ],
  ])('%s', (_rule, first, second) => {
    const numbers = (pulls: PullRequest[]) =>
      byPriority(pulls, configOf()).map(({ facts }) => facts.number);
    const order = [first.facts.number, second.facts.number];
    expect([numbers([first, second]), numbers([second, first])]).toEqual([order, order]);
  });

  it('sorts many alike, in whatever order they come', () => {
    const pulls = [
      pullOf(1, { build: failed(1) }),
      pullOf(2, { facts: held }),
      pullOf(3, { build: unbuilt }),
      pullOf(4),
      pullOf(5, { facts: urgent }),
    ];
    const orders = [pulls, pulls.toReversed()].map((some) =>
      byPriority(some, configOf()).map(({ facts }) => facts.number),
    );
    expect(orders).toEqual([
      [5, 4, 3, 1, 2],
      [5, 4, 3, 1, 2],
    ]);
  });
});
