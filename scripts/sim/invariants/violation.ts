// What a history has shown to be wrong.
export interface Violation {
  readonly seed: number;
  /** By its name in docs/invariants.md. */
  readonly invariant: string;
  readonly detail: string;
}
