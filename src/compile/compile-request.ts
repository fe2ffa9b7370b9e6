// What the compiler is given besides the file: everything that is not in the repository. All of it is
// plain data, and `stepToken` stands for the randomness that the compiler does not have.
import type { Choice } from './choose-steps.ts';

export interface CompileRequest extends Choice {
  /** The file's text. */
  readonly buildYaml: string;
  /** What templates see as `code`; `short_str` also names a test's images. */
  readonly code: Readonly<Record<string, unknown>>;
  /** What templates see as `global`. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  /** The batch's token: its files live under `<storageUri>/build/<token>`. */
  readonly token: string;
  /** The same whenever the same batch is compiled again. No secret: images and templates show it. */
  readonly stepToken: (stepName: string) => string;
}

export interface Environment {
  readonly storageUri: string;
  /** `us-docker.pkg.dev/project/repository`; its first part is the registry. */
  readonly dockerPrefix: string;
  readonly ciUtilsImage: string;
  readonly buildkitImage: string;
  readonly domain: string;
  readonly region: string;
  readonly ciNamespace: string;
}
