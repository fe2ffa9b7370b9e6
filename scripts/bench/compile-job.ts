// What the bench of the compiler compiles: a build.yaml with its files, and what it needs of a deployment.
import type { CompileRequest } from '../../src/compile/compile.ts';

export interface Job {
  readonly buildYaml: string;
  readonly files: readonly (readonly [path: string, text: string])[];
  /** As in SLUICE_CONFIG. */
  readonly settings: object;
  readonly code: CompileRequest['code'];
}
