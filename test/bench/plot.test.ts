// What a plot draws where: 0 of a linear axis is its foot, and 1 is not.
import { expect, it } from 'vitest';
import { plotSvg } from '../../scripts/bench/plot.ts';

it('a linear plot draws 0 as 0', () => {
  const points = [
    [1, 0],
    [2, 1],
    [4, 10],
  ] as const;
  const svg = plotSvg({
    ...{ title: 'Landing', x: 'K', y: 'batches', scale: 'linear' },
    curves: [{ name: 'Sluice', color: '#000', points }],
  });
  const heights = [...svg.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  const foot = Number(/y1="([\d.]+)"/.exec(svg)?.[1]);
  expect(heights[0]).toBe(foot);
  expect(heights[1]).toBeCloseTo(foot - (foot - (heights[2] ?? 0)) / 10);
});
