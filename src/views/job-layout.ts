// Where each job of a batch stands in the picture of its dependencies: a column for each depth, in an order that keeps
// lines short, and only those lines that no other path says already. Pure geometry; knows nothing of SVG.

export interface Node {
  readonly id: number;
  readonly parents: readonly number[];
}

export interface Place {
  readonly column: number;
  readonly row: number;
}

export interface Layout {
  readonly places: ReadonlyMap<number, Place>;
  /** From parent to child. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  readonly columns: number;
  readonly rows: number;
}

/** A few sweeps there and back are enough; more change little. */
const SWEEPS = 4;

export function layOut(nodes: readonly Node[]): Layout {
  const known = new Set(nodes.map(({ id }) => id));
  const parents = new Map(
    nodes.map(({ id, parents }) => [id, parents.filter((parent) => known.has(parent))]),
  );
  const depths = depthsOf(parents);
  const edges = essential(parents);
  const columns = inColumns(depths);
  order(columns, edges);
  const places = new Map(
    columns.flatMap((ids, column) => ids.map((id, row) => [id, { column, row }] as const)),
  );
  const rows = Math.max(0, ...columns.map(({ length }) => length));
  return { places, edges, columns: columns.length, rows };
}

type Parents = ReadonlyMap<number, readonly number[]>;

/** The longest way from a job that waits for nobody. Batch takes no cycles; one would only end the way. */
function depthsOf(parents: Parents): Map<number, number> {
  const depths = new Map<number, number>();
  const visit = (id: number, path: ReadonlySet<number>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const here = new Set(path).add(id);
    const above = (parents.get(id) ?? []).filter((parent) => !here.has(parent));
    const depth = Math.max(0, ...above.map((parent) => visit(parent, here) + 1));
    depths.set(id, depth);
    return depth;
  };
  for (const id of parents.keys()) visit(id, new Set());
  return depths;
}

/** Without those that follow from others: who waits for a job waits for all before it. */
function essential(parents: Parents): [number, number][] {
  const ancestors = new Map<number, ReadonlySet<number>>();
  const ancestorsOf = (id: number): ReadonlySet<number> => {
    const known = ancestors.get(id);
    if (known) return known;
    // Against cycles, which there are none of.
    ancestors.set(id, new Set());
    const all = new Set<number>();
    for (const parent of parents.get(id) ?? []) {
      all.add(parent);
      for (const ancestor of ancestorsOf(parent)) all.add(ancestor);
    }
    ancestors.set(id, all);
    return all;
  };
  return [...parents].flatMap(([id, direct]) =>
    direct
      .filter((parent) => !direct.some((other) => ancestorsOf(other).has(parent)))
      .map((parent): [number, number] => [parent, id]),
  );
}

function inColumns(depths: ReadonlyMap<number, number>): number[][] {
  const columns: number[][] = [];
  for (const [id, depth] of depths) {
    while (columns.length <= depth) columns.push([]);
    columns[depth]?.push(id);
  }
  return columns;
}

/** Each job goes to the middle of its neighbours, column by column, there and back. */
function order(columns: number[][], edges: readonly (readonly [number, number])[]): void {
  const neighbours = new Map<number, number[]>();
  for (const [from, to] of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const rows = new Map<number, number>();
  const note = (column: readonly number[]) => {
    for (const [row, id] of column.entries()) rows.set(id, row / Math.max(1, column.length - 1));
  };
  for (const column of columns) note(column);
  const middle = (id: number): number => {
    const around = (neighbours.get(id) ?? []).map((other) => rows.get(other) ?? 0);
    if (around.length === 0) return rows.get(id) ?? 0;
    return around.reduce((sum, row) => sum + row, 0) / around.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const middles = new Map(column.map((id) => [id, middle(id)]));
      column.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0) || a - b);
      note(column);
    }
}
