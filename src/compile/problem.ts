// What is wrong with a build.yaml: first where it is in the file's structure (Problem), finally where it
// is in a file's text (CompileError). It does not read the file.

/** Keys and indices from the file's root: `['steps', 3, 'script']`. */
export type Path = readonly (string | number)[];

export interface Problem {
  /** A sentence about what is wrong and what to do, without its place. */
  readonly message: string;
  /** Null: the request is at fault, not the file. */
  readonly path: Path | null;
  /** Point at the key of `path`, not at its value. */
  readonly atKey?: boolean;
  /** Where in the text at `path`; null or absent: nowhere in particular. */
  readonly inText?: TextPlace | null;
  /** Where in a file that `path` names; absent: in build.yaml itself. */
  readonly inFile?: { readonly name: string; readonly place: TextPlace | null };
}

/** Never empty. */
export type Problems = readonly Problem[];

/** More are not looked for: whoever sees so many does not read on. */
export const PROBLEMS_MAX = 20;

/** Both count from 1; the column is null where only the line is known. */
export interface TextPlace {
  readonly line: number;
  readonly column: number | null;
}

export interface CompileError {
  readonly message: string;
  /** The file to mend, from the repository's top; null: build.yaml, whatever its name. */
  readonly file: string | null;
  /** Both count from 1; null: not known. */
  readonly line: number | null;
  readonly column: number | null;
  readonly step: string | null;
}

/** In the file's order, and never empty. */
export type CompileErrors = readonly [CompileError, ...CompileError[]];

/** `build.yaml:12:5: …`, as much of it as is known. */
export function errorLine({ message, file, line, column }: CompileError, name: string): string {
  const place = [file ?? name, line, line === null ? null : column];
  return `${place.filter((part) => part !== null).join(':')}: ${message}`;
}
