// What is wrong with a build.yaml: first where it is in the file's structure (Problem), finally where it
// is in the file's text (CompileError). It does not read the file.

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
}

/** Both count from 1; the column is null where only the line is known. */
export interface TextPlace {
  readonly line: number;
  readonly column: number | null;
}

export interface CompileError {
  readonly message: string;
  /** Both count from 1; null: not known. */
  readonly line: number | null;
  readonly column: number | null;
  readonly step: string | null;
}
