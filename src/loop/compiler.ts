// From a commit's build.yaml to the jobs of its batch: the pure compiler in the words of the pass,
// given the deployment's settings.
import type { ConfigDocument } from '../../schemas/config.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { compile, toJobSpecs } from '../compile/compile.ts';
import type { Render } from '../compile/render.ts';
import { digest } from '../core/digest.ts';
import { err, ok, type Result } from '../core/result.ts';

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

export const createCompiler =
  (settings: ConfigDocument, render: Render): Compiler =>
  ({ steps, token, ...input }) => {
    const compiled = compile(
      {
        ...input,
        token,
        requestedSteps: steps,
        excludedSteps: [],
        cloud: settings.cloud,
        global: { cloud: settings.cloud, domain: settings.domain, ...settings.global },
        environment: {
          storageUri: settings.storage_uri,
          dockerPrefix: settings.docker_prefix,
          ciUtilsImage: settings.ci_utils_image,
          buildkitImage: settings.buildkit_image,
          domain: settings.domain,
          region: settings.region,
          ciNamespace: settings.namespace,
        },
        stepToken: (step) => digest(`${token} ${step}`).slice(0, 12),
      },
      render,
    );
    if (compiled.ok) return ok(toJobSpecs(compiled.value));
    const { line, column, message } = compiled.error;
    const place = line === null ? '' : `:${line}${column === null ? '' : `:${column}`}`;
    return err(`build.yaml${place}: ${message}`);
  };
