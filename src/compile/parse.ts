// From the text of a build.yaml to its steps, or to the mistakes in it. It checks each step alone;
// how steps hang together is graph.ts. The result does not depend on who asks, so it can be kept.
import type { z } from 'zod';
import {
  anyStepSchema,
  buildYamlSchema,
  type Step,
  stepSchemas,
} from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import { buildGraph, type Graph } from './graph.ts';
import {
  type CompileError,
  type CompileErrors,
  type Path,
  PROBLEMS_MAX,
  type Problem,
} from './problem.ts';
import { readSource, type Source } from './source.ts';

export interface BuildFile {
  readonly graph: Graph;
  /** Where in the batch's storage the repository lies; null where the file does not say. */
  readonly repoPrefix: string | null;
  readonly alwaysRunSteps: readonly string[];
  /** Files of the repository that deploy steps name, each once. */
  readonly configs: readonly string[];
  locate(problem: Problem): CompileError;
}

export function parseBuildYaml(text: string): Result<BuildFile, CompileErrors> {
  const source = readSource(text);
  if (!source.ok) return err([source.error]);
  const file = parseFrame(source.value);
  const locate = (problem: Problem) => locateIn(source.value, problem);
  if (!file.ok) return err(located(file.error, locate));
  return ok({ ...file.value, locate });
}

/** @param problems not empty */
export function located(problems: readonly Problem[], locate: BuildFile['locate']): CompileErrors {
  const [first, ...others] = problems.map(({ message, ...place }) =>
    locate({ ...place, message: shortened(message) }),
  );
  const nothing = { message: 'cannot be read', file: null, line: null, column: null, step: null };
  return [first ?? nothing, ...others];
}

/** A name in a message may be as long as the file. */
const MESSAGE_MAX_CHARS = 500;
const shortened = (message: string): string =>
  message.length > MESSAGE_MAX_CHARS ? `${message.slice(0, MESSAGE_MAX_CHARS)}…` : message;

function parseFrame(source: Source): Result<Omit<BuildFile, 'locate'>, readonly Problem[]> {
  const frame = buildYamlSchema.safeParse(source.value ?? {});
  const raw = frame.success ? frame.data.steps : stepsOf(source.value);
  const problems = frame.success ? [] : problemsOf(frame.error, [], source);
  const steps: Step[] = [];
  for (const [index, entry] of raw.entries()) {
    if (problems.length >= PROBLEMS_MAX) break;
    const step = parseStep(entry, ['steps', index], source);
    if (step.ok) steps.push(step.value);
    else problems.push(...step.error);
  }
  if (!frame.success || problems.length > 0) return err(problems.slice(0, PROBLEMS_MAX));
  const { repoPrefix = null, alwaysRunSteps } = frame.data;
  const graph = buildGraph(steps);
  if (!graph.ok) return graph;
  const configs = steps.flatMap((step) => (step.kind === 'deploy' ? [step.config] : []));
  return ok({ graph: graph.value, repoPrefix, alwaysRunSteps, configs: [...new Set(configs)] });
}

/** Of a file whose frame is wrong elsewhere. */
function stepsOf(value: unknown): readonly unknown[] {
  const steps = property(value, 'steps');
  return Array.isArray(steps) ? steps : [];
}

function parseStep(raw: unknown, path: Path, source: Source): Result<Step, Problem[]> {
  const any = anyStepSchema.safeParse(raw);
  if (!any.success) return err(problemsOf(any.error, path, source));
  const { kind } = any.data;
  if (!isKind(kind)) {
    const message = `unknown kind of step "${kind}"${didYouMean(kind, Object.keys(stepSchemas))}`;
    return err([{ message, path: [...path, 'kind'] }]);
  }
  const step = stepSchemas[kind].safeParse(raw);
  return step.success ? ok(step.data) : err(problemsOf(step.error, path, source));
}

const isKind = (kind: string): kind is Step['kind'] => Object.hasOwn(stepSchemas, kind);

/**
 * In the file's order. Unknown fields hide all others, because a misspelt field is usually the one that is then
 * missing.
 */
function problemsOf(error: z.ZodError, base: Path, source: Source): Problem[] {
  const problems = error.issues.slice(0, PROBLEMS_MAX).map((issue) => {
    const problem = describe(issue, base);
    return { problem, place: source.place(problem.path ?? [], true) };
  });
  const unknown = problems.filter(({ problem }) => problem.atKey);
  return (unknown.length > 0 ? unknown : problems)
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
    .map(({ problem }) => problem);
}

function describe(issue: z.core.$ZodIssue, base: Path): Problem {
  const inside = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return {
      message: issue.message,
      path: [...base, ...inside, ...issue.keys.slice(0, 1)],
      atKey: true,
    };
  }
  // A union's own complaint hides the one that fits, when only something inside a mapping is wrong.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat();
    const deeper =
      inner.find(({ code }) => code === 'unrecognized_keys') ??
      inner.find(({ path }) => path.length > 0);
    if (deeper) return describe({ ...deeper, path: [...issue.path, ...deeper.path] }, base);
  }
  const path = [...base, ...inside];
  const subject = path.length === 0 ? 'the file' : inWords(inside.length === 0 ? path : inside);
  return { message: `${subject} ${issue.message}`, path };
}

/** `"to" of number 2 of "outputs"`: people count from 1. */
function inWords(path: Path): string {
  const words: string[] = [];
  for (const key of path) {
    const last = words[0];
    if (typeof key === 'number') words.unshift(`number ${key + 1}`);
    else if (last?.startsWith('"')) words[0] = `${last.slice(0, -1)}.${key}"`;
    else words.unshift(`"${key}"`);
  }
  return words.join(' of ');
}

function locateIn(source: Source, problem: Problem): CompileError {
  const { path, message, inFile } = problem;
  if (path === null) return { message, file: null, line: null, column: null, step: null };
  const step = stepName(source.value, path);
  if (inFile) {
    const { line = null, column = null } = inFile.place ?? {};
    return { message, file: inFile.name, line, column, step };
  }
  const place =
    problem.inText == null
      ? source.place(path, problem.atKey ?? false)
      : source.placeInText(path, problem.inText);
  return { message, file: null, line: place.line, column: place.column, step };
}

function stepName(file: unknown, path: Path): string | null {
  const [list, index] = path;
  if (list !== 'steps' || index === undefined) return null;
  const name = property(property(property(file, list), index), 'name');
  return typeof name === 'string' ? name : null;
}

const property = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
