// What was promised of a figure, and whether what was measured is within it.
import { type Figure, measured } from './figure.ts';

export interface Limit {
  readonly name: string;
  readonly n: number;
  readonly is: 'at most' | 'at least';
  readonly value: number;
}

export const atMost = (name: string, n: number, value: number): Limit => ({
  ...{ name, n, value },
  is: 'at most',
});

export const atLeast = (name: string, n: number, value: number): Limit => ({
  ...{ name, n, value },
  is: 'at least',
});

export interface Verdict {
  readonly isWithin: boolean;
  /** For people: `OVER pass, nothing changed: CPU (1000): 160, at most 150` */
  readonly line: string;
}

/** @throws when something with a limit was not measured */
export function verdicts(figures: readonly Figure[], limits: readonly Limit[]): Verdict[] {
  return limits.map(({ name, n, is, value }) => {
    const found = measured(figures, name, n);
    const isWithin = is === 'at most' ? found <= value : found >= value;
    return {
      isWithin,
      line: `${isWithin ? 'within' : 'OVER'} ${name} (${n}): ${found}, ${is} ${value}`,
    };
  });
}
