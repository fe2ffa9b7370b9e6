// Where jobs stand in the picture of their dependencies.
import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/views/job-layout.ts';

const node = (id: number, ...parents: number[]) => ({ id, parents });
const columnsOf = (nodes: readonly ReturnType<typeof node>[]) =>
  Object.fromEntries([...layOut(nodes).places].map(([id, { column }]) => [id, column]));

describe('S10.2 the picture of jobs', () => {
  it('of none', () => {
    expect(layOut([])).toEqual({ places: new Map(), edges: [], columns: 0, rows: 0 });
  });

  it('has a column for each depth: the longest way counts', () => {
    expect(columnsOf([node(1), node(2, 1), node(3, 2), node(4, 1, 3), node(5)])).toEqual({
      1: 0,
      2: 1,
      3: 2,
      4: 3,
      5: 0,
    });
  });

  it('draws no line that follows from others', () => {
    const { edges } = layOut([node(1), node(2, 1), node(3, 1, 2), node(4, 1, 2, 3)]);
    expect(edges).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it('puts jobs beside those that they wait for', () => {
    const { places, columns, rows } = layOut([node(1), node(2), node(3, 2), node(4, 1)]);
    expect([columns, rows]).toEqual([2, 2]);
    expect(places.get(4)?.row).toBe(places.get(1)?.row);
    expect(places.get(3)?.row).toBe(places.get(2)?.row);
  });

  it('gives every job a place of its own', () => {
    const nodes = Array.from({ length: 120 }, (_, index) =>
      node(index + 1, ...(index < 10 ? [] : [(index % 10) + 1, Math.floor(index / 2)])),
    );
    const places = [...layOut(nodes).places.values()].map(({ column, row }) => `${column},${row}`);
    expect(new Set(places).size).toBe(120);
  });

  it('does not trip over a parent that is not there, nor over a circle', () => {
    expect(layOut([node(1, 7)]).edges).toEqual([]);
    expect(layOut([node(1, 2), node(2, 1)]).places.size).toBe(2);
  });
});
