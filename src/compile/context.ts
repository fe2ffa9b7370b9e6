// What a step sees of the world: the values for its templates and for its `valueFrom`. Only direct
// dependencies are visible, so that a step cannot use what it does not wait for.
import type { Step, ValueFrom } from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileRequest } from './compile-request.ts';
import type { Graph } from './graph.ts';
import type { Path, Problem } from './problem.ts';
import type { Render } from './render.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A step in which every `valueFrom` has become the text it leads to. */
export type Expanded<T> = T extends ValueFrom
  ? never
  : T extends readonly (infer Item)[]
    ? Expanded<Item>[]
    : T extends object
      ? { [Key in keyof T]: Expanded<T[Key]> }
      : T;

export interface StepContext {
  readonly values: Values;
  expand<T extends object>(step: T): Result<Expanded<T>, Problem>;
  /** @param inside the template's path within the step. */
  render(template: string, inside: Path): Result<string, Problem>;
}

/** @param exposed what a step shows to those that depend on it; null for one of another cloud. */
export function contextOf(
  step: Step,
  graph: Graph,
  request: CompileRequest,
  render: Render,
  exposed: (step: Step) => Values | null,
): StepContext {
  const path = ['steps', graph.indexOf.get(step.name) ?? 0];
  const values: Record<string, unknown> = {
    global: request.global,
    code: request.code,
    ci_storage_uri: request.environment.storageUri,
    scope: request.scope,
    deploy: request.scope === 'deploy',
    token: request.stepToken(step.name),
  };
  for (const name of step.dependsOn) {
    const dependency = graph.byName.get(name);
    const shown = dependency === undefined ? null : exposed(dependency);
    if (shown !== null) values[name] = shown;
  }
  const whyAbsent = (name: string) => explainAbsence(name, step, graph, values);
  return {
    values,
    expand: (part) => expandReferences(part, path, values, whyAbsent),
    render(template, inside) {
      const rendered = render(template, values);
      if (rendered.ok) return rendered;
      const { message, place, undefinedName } = rendered.error;
      const root = undefinedName === null ? null : (/^\w+/.exec(undefinedName)?.[0] ?? null);
      const absent = root === null || Object.hasOwn(values, root) ? '' : whyAbsent(root);
      const hint = absent === '' ? '' : `: ${absent}`;
      return err({ message: message + hint, path: [...path, ...inside], inText: place });
    },
  };
}

function explainAbsence(name: string, step: Step, graph: Graph, values: Values): string {
  if (step.dependsOn.includes(name)) return `step "${name}" does not run in this cloud`;
  if (name === step.name) return 'a step cannot use its own values';
  if (graph.byName.has(name)) return `"${name}" is a step; name it in dependsOn to use its values`;
  const near = didYouMean(name, [...Object.keys(values), ...graph.byName.keys()]);
  return `there is no "${name}"${near}`;
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
