// From a commit's build.yaml to the jobs of its batch: the pure compiler in the words of the pass,
// given the deployment's settings.
import type { ConfigDocument } from '../../schemas/config.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import {
  type CompiledBatch,
  type CompileRequest,
  compile,
  type Environment,
  toJobSpecs,
} from '../compile/compile.ts';
import type { BuildFile } from '../compile/parse.ts';
import { type CompileErrors, errorLine } from '../compile/problem.ts';
import type { Render } from '../compile/render.ts';
import { BUILD_YAML, stepsToRun } from '../compile/select-steps.ts';
import type { Deployed } from '../core/deployed-attributes.ts';
import { digest } from '../core/digest.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { FileRead } from './ports.ts';

/** Files of the repository by path. */
export type Files = ReadonlyMap<string, FileRead>;

export interface CompileInput {
  readonly scope: 'test' | 'deploy' | 'dev';
  /** What templates see as `code`. */
  readonly code: CompileRequest['code'];
  readonly labels: readonly string[];
  /** Null: every step of the scope. */
  readonly steps: readonly string[] | null;
  /** Of the steps, only those that these changed files can affect; null: whatever has changed. */
  readonly changedFiles: readonly string[] | null;
  /** Jobs that passed before, for the same commits: steps of which nothing else is left are left out. */
  readonly passedJobs: ReadonlySet<string>;
  readonly excludedSteps: readonly string[];
  /** Names the folder that the batch's files are kept in, and all that is made for the batch alone. */
  readonly token: string;
  /** What the namespace of a test is marked with. */
  readonly namespaceMarks: CompileRequest['namespaceMarks'];
  /** Whom scope dev deploys for. */
  readonly devNamespace: string | null;
  readonly files: Files;
}

export interface CompiledJobs {
  /** At least one. */
  readonly jobs: readonly JobSpec[];
  /** What it deploys and where, a test into a namespace of its own; null: nothing, nowhere. */
  readonly deployed: Deployed | null;
  /** Steps that were left out, with their jobs, because these have passed before. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

/** Why there are no jobs, for the person who wrote the files. */
export type Mistakes = Pick<Unbuildable, 'message' | 'mistakes'>;

export interface BuildPlan {
  /** The files that its deploy steps name. */
  readonly files: readonly string[];
  /** Does it say where the repository lies, so that steps can be chosen by changed files? */
  readonly selects: boolean;
  compile(input: CompileInput): Result<CompiledJobs, Mistakes>;
}

export interface Compiler {
  /** The files that a build.yaml will probably name: those that the last one named. */
  expectedFiles(): readonly string[];
  read(buildYaml: FileRead): Result<BuildPlan, Mistakes>;
}

/** @param parsed may be shared with other compilers */
export function createCompiler(
  settings: ConfigDocument,
  render: Render,
  parsed: ParsedFiles,
): Compiler {
  let expected: readonly string[] = [];
  return {
    expectedFiles: () => expected,
    read({ id, text }) {
      if (text === null)
        return err({
          message: `${BUILD_YAML}: it is not text, or larger than the 512 KiB that GitHub shows.`,
        });
      const file = parsed.read(id, text);
      if (!file.ok) return err(mistakesOf(file.error));
      expected = file.value.configs;
      return ok(planOf(file.value, settings, render));
    },
  };
}

function planOf(file: BuildFile, settings: ConfigDocument, render: Render): BuildPlan {
  return {
    files: file.configs,
    selects: file.repoPrefix !== null,
    compile(input) {
      const request = requestOf(input, file, settings);
      const whole = compile(file, request, render);
      if (!whole.ok) return err(mistakesOf(whole.error));
      const rest = stepsLeft(whole.value, input.passedJobs);
      const batch = rest ? compile(file, { ...request, requestedSteps: rest }, render) : whole;
      if (!batch.ok) return err(mistakesOf(batch.error));
      const { ownNamespace, namespace: deployedInto, deployedServices: services } = batch.value;
      const namespace = ownNamespace ?? deployedInto;
      const deployed = namespace === null ? null : { namespace, services };
      return ok({
        jobs: toJobSpecs(batch.value),
        deployed,
        leftOut: leftOut(whole.value, batch.value),
      });
    },
  };
}

const ownJobs = ({ jobs }: CompiledBatch): Map<string, string[]> => {
  const steps = new Map<string, string[]>();
  for (const { name, step, part } of jobs)
    if (part === 'step') steps.set(step, [...(steps.get(step) ?? []), name]);
  return steps;
};

/** @returns the steps of which some job has not passed; null when that is none, or all */
function stepsLeft(batch: CompiledBatch, passed: ReadonlySet<string>): string[] | null {
  const steps = [...ownJobs(batch)];
  const left = steps.filter(([, jobs]) => !jobs.every((job) => passed.has(job)));
  if (left.length === 0 || left.length === steps.length) return null;
  return left.map(([step]) => step);
}

/** What the rest needs runs again all the same. */
function leftOut(whole: CompiledBatch, batch: CompiledBatch): ReadonlyMap<string, string[]> {
  const kept = ownJobs(batch);
  return new Map([...ownJobs(whole)].filter(([step]) => !kept.has(step)));
}

function requestOf(
  { steps, changedFiles, files, token, passedJobs: _, ...input }: CompileInput,
  file: BuildFile,
  settings: ConfigDocument,
): CompileRequest {
  const { cloud } = settings;
  const texts = [...files].flatMap(([path, { text }]): [string, string][] =>
    text === null ? [] : [[path, text]],
  );
  return {
    ...input,
    files: new Map(texts),
    code: { developers: settings.accounts, ...input.code },
    cloud,
    token,
    ...stepsToRun(file, steps, changedFiles, { scope: input.scope, cloud }),
    global: globalOf(settings, cloud),
    environment: environmentOf(settings),
    stepToken: (step) => digest(`${token} ${step}`).slice(0, 12),
  };
}

/** What templates see as `global`. */
export const globalOf = (
  { global, domain, docker_prefix, namespace }: ConfigDocument,
  cloud: string,
): Readonly<Record<string, unknown>> => ({
  cloud,
  domain,
  docker_prefix,
  default_namespace: namespace,
  ...global,
});

export const environmentOf = (settings: ConfigDocument): Environment => ({
  storageUri: settings.storage_uri,
  dockerPrefix: settings.docker_prefix,
  ciUtilsImage: settings.ci_utils_image,
  buildkitImage: settings.buildkit_image,
  domain: settings.domain,
  region: settings.region,
  regions: settings.regions,
  ciNamespace: settings.namespace,
});

const mistakesOf = (errors: CompileErrors): Mistakes => ({
  message: errors.map((error) => errorLine(error, BUILD_YAML)).join('\n'),
  mistakes: errors.map(({ message, file, line, column }) => ({
    ...{ message, file: file ?? BUILD_YAML, line, column },
  })),
});
