// What a step sees of the world: the values for its templates and for its `valueFrom`. Only direct
// dependencies are visible, so that a step cannot use what it does not wait for.
import type { Step } from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import type { ValueFrom } from '../../schemas/step-words.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileRequest } from './compile-request.ts';
import type { Graph } from './graph.ts';
import type { Path, Problem } from './problem.ts';
import type { Render, RenderError } from './render.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A step in which every `valueFrom` has become the text it leads to. */
export type Expanded<T> = T extends ValueFrom
  ? never
  : T extends readonly (infer Item)[]
    ? Expanded<Item>[]
    : T extends object
      ? { [Key in keyof T]: Expanded<T[Key]> }
      : T;

/** Every `inside` is a path within the step. */
export interface StepContext {
  /** Of the step in the file. */
  readonly path: Path;
  readonly values: Values;
  expand<T extends object>(step: T): Result<Expanded<T>, Problem>;
  /** What must be the name of a namespace that a step has made. */
  namespace(reference: ValueFrom, inside: Path): Result<string, Problem>;
  render(template: string, inside: Path): Result<string, Problem>;
  /** Renders a file of the repository, which the step names at `inside`. */
  renderFile(name: string, inside: Path): Result<string, Problem>;
}

/** @param exposed what a step shows to those that depend on it; null for one that is not there. */
export function contextOf(
  step: Step,
  graph: Graph,
  request: CompileRequest,
  render: Render,
  exposed: (step: string) => Values | null,
): StepContext {
  const path = ['steps', graph.indexOf.get(step.name) ?? 0];
  const values = valuesOf(step, request, exposed);
  const whyAbsent = (name: string) => explainAbsence(name, step, graph, request, values);
  const blame = ({ message, undefinedName }: RenderError): string => {
    const [root = '', ...fields] = /^\w+(\.\w+)*/.exec(undefinedName ?? '')?.[0].split('.') ?? [];
    if (root === '') return message;
    return Object.hasOwn(values, root)
      ? message + nearestField(values[root], fields)
      : `${message}: ${whyAbsent(root)}`;
  };
  return {
    path,
    values,
    expand: (part) => expandReferences(part, path, values, whyAbsent),
    namespace(reference, inside) {
      const { valueFrom } = reference;
      const found = lookUp(valueFrom, values, whyAbsent);
      const name =
        found.ok && !isNamespace(valueFrom, values) ? err(noNamespace(valueFrom)) : found;
      if (name.ok) return name;
      return err({ message: name.error, path: [...path, ...inside, 'valueFrom'] });
    },
    render(template, inside) {
      const rendered = render(template, values);
      if (rendered.ok) return rendered;
      const inText = rendered.error.place;
      return err({ message: blame(rendered.error), path: [...path, ...inside], inText });
    },
    renderFile(name, inside) {
      const text = request.files.get(name);
      if (text === undefined) {
        const near = didYouMean(name, request.files.keys());
        const message = `there is no file "${name}" in the repository, or it is not text${near}`;
        return err({ message, path: [...path, ...inside] });
      }
      const rendered = render(text, values);
      if (rendered.ok) return rendered;
      const inFile = { name, place: rendered.error.place };
      return err({ message: blame(rendered.error), path: [...path, ...inside], inFile });
    },
  };
}

function valuesOf(
  step: Step,
  request: CompileRequest,
  exposed: (step: string) => Values | null,
): Values {
  const dependencies = step.dependsOn.flatMap((name): [string, Values][] => {
    const shown = exposed(name);
    return shown === null ? [] : [[name, shown]];
  });
  return Object.fromEntries<unknown>([
    ['global', request.global],
    ['code', request.code],
    ['ci_storage_uri', request.environment.storageUri],
    ['scope', request.scope],
    ['deploy', request.scope === 'deploy'],
    ['token', request.stepToken(step.name)],
    ...dependencies,
  ]);
}

function explainAbsence(
  name: string,
  step: Step,
  graph: Graph,
  { excludedSteps, cloud }: CompileRequest,
  values: Values,
): string {
  if (excludedSteps.includes(name)) return `step "${name}" is excluded`;
  if (step.dependsOn.includes(name)) return `step "${name}" does not run on ${cloud}`;
  if (name === step.name) return 'a step cannot use its own values';
  if (graph.byName.has(name)) return `"${name}" is a step; name it in dependsOn to use its values`;
  const near = didYouMean(name, [...Object.keys(values), ...graph.byName.keys()]);
  return `there is no "${name}"${near}`;
}

/** @param reference leads somewhere */
function isNamespace(reference: string, values: Values): boolean {
  const [root = '', ...fields] = reference.split('.');
  return fields.join('.') === 'name' && property(values[root], 'kind') === 'createNamespace';
}

const noNamespace = (reference: string): string =>
  `valueFrom "${reference}" is no namespace; it must be the name of a createNamespace step, such as default_ns.name`;

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;

/** For the first of the fields that is not there. */
function nearestField(value: unknown, [field, ...more]: readonly string[]): string {
  if (field === undefined || typeof value !== 'object' || value === null) return '';
  return Object.hasOwn(value, field)
    ? nearestField(property(value, field), more)
    : didYouMean(field, Object.keys(value));
}

function expandReferences<T extends object>(
  part: T,
  base: Path,
  values: Values,
  whyAbsent: (name: string) => string,
): Result<Expanded<T>, Problem> {
  let problem: Problem | null = null;
  const expand = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    if ('valueFrom' in value) {
      const found = lookUp(String(value.valueFrom), values, whyAbsent);
      if (!found.ok) problem ??= { message: found.error, path: [...path, 'valueFrom'] };
      return found.ok ? found.value : '';
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]),
    );
  };
  const expanded = expand(part, base);
  // The one place where the type is asserted: `expand` replaced exactly what Expanded<T> replaces.
  return problem === null ? ok(expanded as Expanded<T>) : err(problem);
}

function lookUp(
  reference: string,
  values: Values,
  whyAbsent: (name: string) => string,
): Result<string, string> {
  const [root = '', ...fields] = reference.split('.');
  const wrong = `valueFrom "${reference}" leads nowhere`;
  if (!Object.hasOwn(values, root)) return err(`${wrong}: ${whyAbsent(root)}`);
  let value: unknown = values[root];
  let name = root;
  for (const field of fields) {
    const known = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const entry = known.find(([key]) => key === field);
    if (entry === undefined) {
      const near = didYouMean(
        field,
        known.map(([key]) => key),
      );
      return err(`${wrong}: "${name}" has no "${field}"${near}`);
    }
    value = entry[1];
    name += `.${field}`;
  }
  return typeof value === 'string' ? ok(value) : err(`${wrong}: it is not text`);
}
