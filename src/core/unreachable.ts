/** Ends an exhaustive switch: a new case breaks the build here until it is handled. */
export function unreachable(value: never, where: string): never {
  throw new Error(`${where}: unexpected ${JSON.stringify(value)}`);
}
