// JSON documents that ask the compiler: one request with everything in it, or rows of changed files. The
// build.yaml is named or inline; its path and those of deploy steps are relative to the given root.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type CompiledBatch, type CompileRequest, compile } from '../../src/compile/compile.ts';
import { parseBuildYaml } from '../../src/compile/parse.ts';
import type { CompileErrors } from '../../src/compile/problem.ts';
import type { Render } from '../../src/compile/render.ts';
import { inputsAsWritten, selectSteps } from '../../src/compile/select-steps.ts';
import { err, type Result } from '../../src/core/result.ts';
import { NO_MARKS } from '../../src/core/test-namespace.ts';
import { readFiles, readText } from './repository.ts';

const anyRecord = z.record(z.string(), z.unknown());
const buildYaml = {
  /** From the root. */
  build_yaml: z.string().nullish(),
  build_yaml_text: z.string().nullish(),
};
const scope = z.enum(['test', 'deploy', 'dev']);

export const RequestDocument = z.object({
  ...buildYaml,
  scope,
  cloud: z.string(),
  requested_steps: z.array(z.string()).nullable().default(null),
  excluded_steps: z.array(z.string()).default([]),
  labels: z.array(z.string()).default([]),
  code: z.object({
    short_str: z.string(),
    /** Whom scope dev deploys for. */
    namespace: z.string().nullish(),
    config: anyRecord.default({}),
  }),
  batch_token: z.string(),
  ci_namespace: z.string().default('default'),
  environment: z.object({
    STORAGE_URI: z.string(),
    DOCKER_PREFIX: z.string(),
    CI_UTILS_IMAGE: z.string(),
    BUILDKIT_IMAGE: z.string(),
    DOMAIN: z.string(),
    REGION: z.string(),
  }),
  global: anyRecord.default({}),
});
type RequestDocument = z.infer<typeof RequestDocument>;

/** What stands for chance, so that an answer can be compared with another. */
export const tokenOf = (name: string): string =>
  `t${createHash('sha1').update(name).digest('hex').slice(0, 11)}`;

export function compileDocument(
  document: RequestDocument,
  root: string,
  render: Render,
): Result<CompiledBatch, CompileErrors> {
  const text = textOf(document, root);
  if (text === null) return err([unreadable(document.build_yaml)]);
  const file = parseBuildYaml(text);
  if (!file.ok) return file;
  const files = readFiles(root, file.value.configs);
  return compile(file.value, requestOf(document, files), render);
}

function requestOf(document: RequestDocument, files: ReadonlyMap<string, string>): CompileRequest {
  const { environment, code } = document;
  return {
    scope: document.scope,
    cloud: document.cloud,
    labels: document.labels,
    requestedSteps: document.requested_steps,
    chosenBy: 'person',
    excludedSteps: document.excluded_steps,
    files,
    code: { ...code.config, short_str: code.short_str },
    global: document.global,
    environment: {
      storageUri: environment.STORAGE_URI,
      dockerPrefix: environment.DOCKER_PREFIX,
      ciUtilsImage: environment.CI_UTILS_IMAGE,
      buildkitImage: environment.BUILDKIT_IMAGE,
      domain: environment.DOMAIN,
      region: environment.REGION,
      regions: [],
      ciNamespace: document.ci_namespace,
    },
    token: document.batch_token,
    stepToken: tokenOf,
    namespaceMarks: NO_MARKS,
    devNamespace: code.namespace ?? null,
  };
}

export const SelectionDocument = z.object({
  rows: z.array(
    z.object({
      ...buildYaml,
      changed_files: z.array(z.string()),
      scope,
      cloud: z.string().nullable().default(null),
    }),
  ),
});

/**
 * By the rule of the existing service, whose answers these can be compared with; a pull request runs somewhat
 * more. A row whose build.yaml cannot be read has an error instead of steps.
 */
export function selectRows(
  { rows }: z.infer<typeof SelectionDocument>,
  root: string,
): { requested: readonly string[] | null; error?: unknown }[] {
  const known = new Map<string, ReturnType<typeof parseBuildYaml>>();
  return rows.map((row) => {
    const text = textOf(row, root);
    if (text === null) return { requested: null, error: unreadable(row.build_yaml) };
    const file = known.get(text) ?? parseBuildYaml(text);
    known.set(text, file);
    return file.ok
      ? { requested: selectSteps(file.value, row.changed_files, row, inputsAsWritten) }
      : { requested: null, error: file.error[0] };
  });
}

const textOf = (
  { build_yaml, build_yaml_text }: Pick<RequestDocument, 'build_yaml' | 'build_yaml_text'>,
  root: string,
): string | null => build_yaml_text ?? readText(join(root, build_yaml ?? 'build.yaml'));

const unreadable = (path: string | null | undefined) => ({
  message: `there is no file "${path ?? 'build.yaml'}" in the root, or it is not text`,
  file: null,
  line: null,
  column: null,
  step: null,
});
