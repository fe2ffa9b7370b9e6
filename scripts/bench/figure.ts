// A figure that was measured, and a list of them as a table for people: a row for each name, a column for each size.
import { alignColumns } from '../start/table.ts';

export interface Figure {
  /** `poll, nothing changed: requests` */
  readonly name: string;
  /** Of how many: open pull requests, or what the name says. */
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

export const figure = (name: string, n: number, value: number, unit: string): Figure => ({
  ...{ name, n, unit },
  value: Number(value.toPrecision(4)),
});

/** @returns lines; figures of the same name are one row */
export function tableOf(figures: readonly Figure[]): string[] {
  const sizes = [...new Set(figures.map(({ n }) => n))].toSorted((a, b) => a - b);
  const rows = new Map<string, Figure[]>();
  for (const item of figures) {
    const key = `${item.name}\n${item.unit}`;
    rows.set(key, [...(rows.get(key) ?? []), item]);
  }
  return alignColumns([
    ['', 'unit', ...sizes.map(String)],
    ...[...rows.values()].map((row) => [
      row[0]?.name ?? '',
      row[0]?.unit ?? '',
      ...sizes.map((size) => row.find(({ n }) => n === size)?.value.toString() ?? ''),
    ]),
  ]);
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/** The figure of a name and size. @throws when it was not measured */
export function measured(figures: readonly Figure[], name: string, n: number): number {
  const found = figures.find((item) => item.name === name && item.n === n);
  if (!found) throw new Error(`nothing was measured of "${name}" at ${n}`);
  return found.value;
}
