// A deliberate bug in the real code that the simulator must find: one line of it, that somebody could have
// written. None is ever part of the program; they are planted by plant.ts.

export interface PlantedBug {
  readonly name: string;
  /** Under the top folder. */
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly was: string;
  readonly becomes: string;
  readonly sentence: string;
  /** It takes so much at once that it is given ten times as many seeds. */
  readonly rare?: true;
  /** Only who pushes between a test and its landing can find it: every history has many of them. */
  readonly racing?: true;
}
