// From a commit's build.yaml to the jobs of its batch: the pure compiler in the words of the pass.
import type { JobSpec } from '../../schemas/job-spec.ts';
import type { Result } from '../core/result.ts';

export interface CompileInput {
  readonly buildYaml: string;
  readonly scope: 'test' | 'deploy';
  /** What templates see as `code`. */
  readonly code: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  /** null: every step of the scope. */
  readonly steps: readonly string[] | null;
  /** Names the folder that the batch's files are kept in. */
  readonly token: string;
}

/** @returns the jobs, at least one, or a sentence for the person who wrote the file */
export type Compiler = (input: CompileInput) => Result<readonly JobSpec[], string>;
