// From the text of a build.yaml to its steps, or to the first mistake in it. It checks each step alone;
// how steps hang together is graph.ts.
import type { z } from 'zod';
import {
  buildYamlSchema,
  type Step,
  stepSchemas,
  UNSUPPORTED_KINDS,
} from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileError, Path, Problem } from './problem.ts';
import { readSource, type Source } from './source.ts';

export interface BuildFile {
  readonly steps: readonly Step[];
  locate(problem: Problem): CompileError;
}

export function parseBuildYaml(text: string): Result<BuildFile, CompileError> {
  const source = readSource(text);
  if (!source.ok) return source;
  const locate = (problem: Problem) => locateIn(source.value, problem);
  const frame = buildYamlSchema.safeParse(source.value.value ?? {});
  if (!frame.success) return err(locate(firstProblem(frame.error, [], source.value)));
  const steps: Step[] = [];
  for (const [index, raw] of frame.data.steps.entries()) {
    const step = parseStep(raw, ['steps', index], source.value);
    if (!step.ok) return err(locate(step.error));
    steps.push(step.value);
  }
  return ok({ steps, locate });
}

function parseStep(raw: { kind: string }, path: Path, source: Source): Result<Step, Problem> {
  const { kind } = raw;
  const schema = isSupported(kind) ? stepSchemas[kind] : null;
  if (schema === null) {
    const unsupported = UNSUPPORTED_KINDS.some((known) => known === kind);
    const known = [...Object.keys(stepSchemas), ...UNSUPPORTED_KINDS];
    const message = unsupported
      ? `steps of kind "${kind}" are not supported yet; runImage and buildImage2 are`
      : `unknown kind of step "${kind}"${didYouMean(kind, known)}`;
    return err({ message, path: [...path, 'kind'] });
  }
  const step = schema.safeParse(raw);
  return step.success ? ok(step.data) : err(firstProblem(step.error, path, source));
}

const isSupported = (kind: string): kind is Step['kind'] => Object.hasOwn(stepSchemas, kind);

/**
 * The first in the file's order: the one a reader meets first. Unknown fields go before all others,
 * because a misspelt field is usually the one that is then missing.
 */
function firstProblem(error: z.ZodError, base: Path, source: Source): Problem {
  const problems = error.issues.map((issue) => describe(issue, base));
  const unknown = problems.filter((problem) => problem.atKey);
  const order = ({ path }: Problem) => source.place(path ?? [], true);
  const [first] = (unknown.length > 0 ? unknown : problems).sort((a, b) => {
    const [one, other] = [order(a), order(b)];
    return one.line - other.line || one.column - other.column;
  });
  return first ?? { message: 'cannot be read', path: base };
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
  const field = inside.map(String).join('.');
  const message = field === '' ? `the file ${issue.message}` : `"${field}" ${issue.message}`;
  return { message, path: [...base, ...inside] };
}

function locateIn(source: Source, problem: Problem): CompileError {
  const { path, message } = problem;
  if (path === null) return { message, line: null, column: null, step: null };
  const place =
    problem.inText == null
      ? source.place(path, problem.atKey ?? false)
      : source.placeInText(path, problem.inText);
  return { message, line: place.line, column: place.column, step: stepName(source.value, path) };
}

function stepName(file: unknown, path: Path): string | null {
  const [list, index] = path;
  if (list !== 'steps' || index === undefined) return null;
  const name = property(property(property(file, list), index), 'name');
  return typeof name === 'string' ? name : null;
}

const property = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
