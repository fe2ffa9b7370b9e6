// What rewriting a template learns of it: where its names, filters and costly operations are, so that a failure
// of the engine, which knows lines only, can be told with its place.

/** A name with its path (`base.image`) as the template has it. */
export interface Name {
  readonly name: string;
  /** Offset in the template. */
  readonly at: number;
}

/** A name that must be there, or else what is said. */
export interface Wanted extends Name {
  readonly message?: string;
}

/** What rewriting learns of a template, for what is said when rendering fails. */
export interface Notes {
  /** Names by the number in their `undefined_name_N`. */
  readonly missing: Wanted[];
  /** Offsets by the number in their `too_much_N`. */
  readonly costly: number[];
  /** Filters, tests, functions and methods, by use. */
  readonly used: Name[];
  /** Names that the template itself gives to values, which may be of any size. */
  readonly assigned: Set<string>;
}

/** Fails where it is evaluated, for want of `name`. */
export function undefinedName(name: Wanted, notes: Notes): string {
  return `undefined_name_${notes.missing.push(name) - 1}()`;
}

/** Fails where it is evaluated, because it would be too much work. */
export function tooMuch(at: number, notes: Notes): string {
  return `too_much_${notes.costly.push(at) - 1}()`;
}
