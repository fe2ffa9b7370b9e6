// What every invariant has; docs/invariants.md lists them by these words.
export interface Invariant {
  readonly name: string;
  readonly sentence: string;
}
