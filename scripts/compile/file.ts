// A build.yaml on disk, compiled for a person: chosen by flags, with a deployment's settings or with
// placeholders. It returns what is to be printed.
import { dirname, relative, resolve } from 'node:path';
import { ConfigDocument } from '../../schemas/config.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import {
  type CompiledBatch,
  type CompileRequest,
  compile,
  toJobSpecs,
} from '../../src/compile/compile.ts';
import { lint } from '../../src/compile/lint.ts';
import { type BuildFile, parseBuildYaml } from '../../src/compile/parse.ts';
import { type CompileError, errorLine } from '../../src/compile/problem.ts';
import type { Render } from '../../src/compile/render.ts';
import { BUILD_YAML, stepsToRun } from '../../src/compile/select-steps.ts';
import { NO_MARKS } from '../../src/core/test-namespace.ts';
import { environmentOf, globalOf } from '../../src/loop/compiler.ts';
import { answerOf } from './answer.ts';
import { chartOf } from './chart.ts';
import { tokenOf } from './document.ts';
import { jsonOf } from './json-file.ts';
import type { FileOptions } from './options.ts';
import { Mistake, readFiles, textOf } from './repository.ts';
import { standInCode, standInEnvironment, standInGlobal } from './stand-ins.ts';
import { tableOf } from './table.ts';

const CLOUD = 'gcp';

export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly failed: boolean;
}

/**
 * @param name of the build.yaml, as people know it
 * @throws {Mistake} when a file that was named cannot be read
 */
export function compileFile(options: FileOptions, name: string, render: Render): Printed {
  const text = textOf(options.buildYaml, name);
  const sizes = tooLarge([[name, text]]);
  const file = parseBuildYaml(text);
  const told = (errors: readonly CompileError[]) => errors.map((error) => errorLine(error, name));
  if (!file.ok)
    return {
      out: failureOf(file, options),
      err: lines([...told(file.error), ...sizes, ...notes(options, null)]),
      failed: true,
    };
  const request = requestOf(options, file.value, text);
  const batch = compile(file.value, request, render);
  const warnings = options.lint ? lint(file.value, request).map(asWarning) : [];
  return {
    out: batch.ok ? outputOf(batch.value, file.value, options) : failureOf(batch, options),
    err: lines([
      ...told([...(batch.ok ? [] : batch.error), ...warnings]),
      ...sizes,
      ...tooLarge(request.files),
      ...notes(options, file.value),
    ]),
    failed: !batch.ok,
  };
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const asWarning = (error: CompileError): CompileError => ({
  ...error,
  message: `warning: ${error.message}`,
});

/**
 * The jobs that a deployment would run of a build.yaml, with nothing left out.
 * @throws {Mistake} when a file cannot be read or compiled
 */
export function jobsOfFile(
  { buildYaml, config, scope }: Pick<FileOptions, 'buildYaml' | 'config' | 'scope'>,
  render: Render,
): JobSpec[] {
  const text = textOf(buildYaml, buildYaml);
  const file = parseBuildYaml(text);
  const options: FileOptions = {
    ...{ kind: 'file', buildYaml, config, scope, root: null, cloud: null, labels: [] },
    ...{ steps: null, excluded: [], changed: null, lint: false, output: 'json' },
  };
  const batch = file.ok ? compile(file.value, requestOf(options, file.value, text), render) : file;
  if (!batch.ok)
    throw new Mistake(batch.error.map((error) => errorLine(error, buildYaml)).join('\n'));
  return toJobSpecs(batch.value);
}

/** Of a file that GitHub shows to a deployment. */
const SHOWN_MAX_BYTES = 512 * 1024;

const tooLarge = (files: Iterable<readonly [string, string]>): string[] =>
  [...files].flatMap(([name, text]) =>
    Buffer.byteLength(text) > SHOWN_MAX_BYTES
      ? [
          `${name}: warning: it is larger than the 512 KiB that GitHub shows, and a deployment would refuse it; split it`,
        ]
      : [],
  );

const notes = ({ lint: asked, config, changed }: FileOptions, file: BuildFile | null): string[] => [
  ...(asked && config === null
    ? [
        'note: without --config, placeholders stand for what is `global`, so that its names are not checked',
      ]
    : []),
  ...(changed !== null && file?.repoPrefix === null
    ? ['note: --changed decides nothing, because the file has no repoPrefix']
    : []),
];

function outputOf(batch: CompiledBatch, file: BuildFile, { output }: FileOptions): string {
  switch (output) {
    case 'table':
      return `${tableOf(batch, file)}\n`;
    case 'json':
      return `${JSON.stringify(answerOf({ ok: true, value: batch }), null, 2)}\n`;
    case 'mermaid':
    case 'dot':
      return `${chartOf(batch, file, output)}\n`;
  }
}

/** Who reads JSON gets the mistakes as JSON, too. */
const failureOf = (batch: ReturnType<typeof compile>, { output }: FileOptions): string =>
  output === 'json' ? `${JSON.stringify(answerOf(batch), null, 2)}\n` : '';

function requestOf(options: FileOptions, file: BuildFile, text: string): CompileRequest {
  const { scope, labels, steps, excluded } = options;
  const files = readFiles(options.root ?? dirname(options.buildYaml), file.configs);
  const settings = options.config === null ? null : jsonOf(options.config, ConfigDocument);
  const cloud = options.cloud ?? settings?.cloud ?? CLOUD;
  const code = standInCode(scope);
  return {
    scope,
    cloud,
    labels,
    ...stepsToRun(file, steps, changedFiles(options), { scope, cloud }),
    excludedSteps: excluded,
    files,
    code: settings ? { ...code, developers: settings.accounts } : code,
    global: settings ? globalOf(settings, cloud) : standInGlobal([text, ...files.values()], cloud),
    environment: settings ? environmentOf(settings) : standInEnvironment,
    token: 'batch-token',
    stepToken: tokenOf,
    namespaceMarks: NO_MARKS,
    devNamespace: 'developer',
  };
}

/**
 * From the repository's top. The build.yaml may have another name here than in the repository whose changes are
 * told.
 * @throws {Mistake} when one lies elsewhere
 */
function changedFiles({ changed, buildYaml, ...options }: FileOptions): readonly string[] | null {
  const top = resolve(options.root ?? dirname(buildYaml));
  const inTop = (path: string): string => {
    const file = resolve(top, path);
    if (file === resolve(buildYaml)) return BUILD_YAML;
    const inside = relative(top, file);
    if (inside === '..' || inside.startsWith('../'))
      throw new Mistake(
        `--changed ${path} is outside of ${top}; name files from the top of the repository, which --root tells`,
      );
    return inside;
  };
  return changed?.map(inTop) ?? null;
}
