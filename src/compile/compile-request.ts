// What the compiler is given besides the file: everything that is not in the repository. All of it is
// plain data, and `stepToken` stands for the randomness that the compiler does not have.
import type { NamespaceMarks } from '../core/test-namespace.ts';
import type { Choice } from './choose-steps.ts';

export interface CompileRequest extends Choice {
  /** The repository's files by path, those that deploy steps name at least; absent: not there. */
  readonly files: ReadonlyMap<string, string>;
  /** What templates see as `code`; `short_str` also names a test's images. */
  readonly code: Readonly<Record<string, unknown>> & { readonly short_str: string };
  /** What templates see as `global`. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  /** The batch's token: its files live under `<storageUri>/build/<token>`. */
  readonly token: string;
  /** The same whenever the same batch is compiled again. No secret: images and templates show it. */
  readonly stepToken: (stepName: string) => string;
  /** What the namespace of a test is marked with. */
  readonly namespaceMarks: NamespaceMarks;
  /** The namespace of the developer whom scope dev deploys for; null in the other scopes. */
  readonly devNamespace: string | null;
}

export interface Environment {
  readonly storageUri: string;
  /** `us-docker.pkg.dev/project/repository`; its first part is the registry. */
  readonly dockerPrefix: string;
  readonly ciUtilsImage: string;
  readonly buildkitImage: string;
  readonly domain: string;
  readonly region: string;
  /** Where else jobs may run; a step that names any other region is refused. Null: anywhere. */
  readonly regions: readonly string[] | null;
  /** Where CI itself runs: its service account works for the jobs that deploy. */
  readonly ciNamespace: string;
}
