// What is probably not meant in a build.yaml that compiles: warnings, each with its place. It judges the
// file for one scope and cloud, and changes nothing.
import type { Step } from '../../schemas/build-yaml.ts';
import { type Placement, runsInCloud } from './choose-steps.ts';
import type { BuildFile } from './parse.ts';
import type { CompileError, Path, Problem } from './problem.ts';

/** In the file's order. */
export function lint(file: BuildFile, { cloud }: Pick<Placement, 'cloud'>): CompileError[] {
  const { graph } = file;
  const inputs = graph.ordered.flatMap(inputsOf);
  const warnings = graph.ordered.flatMap((step) => {
    const path = ['steps', graph.indexOf.get(step.name) ?? 0];
    return [
      ...neverRuns(step, path),
      ...absentDependencies(step, path, file, cloud),
      ...unreadOutputs(step, path, inputs),
    ];
  });
  return warnings
    .map(file.locate)
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

const inputsOf = (step: Step): string[] =>
  'inputs' in step ? step.inputs.map(({ from }) => from) : [];

function neverRuns(step: Step, path: Path): Problem[] {
  const nowhere = (['scopes', 'clouds'] as const).find((field) => step[field]?.length === 0);
  if (nowhere === undefined) return [];
  if (nowhere === 'scopes' && step.forceIfLabeled.length > 0) return [];
  const message = `step "${step.name}" never runs: its list of ${nowhere} is empty`;
  return [{ message, path: [...path, nowhere] }];
}

function absentDependencies(
  step: Step,
  path: Path,
  { graph }: BuildFile,
  cloud: string | null,
): Problem[] {
  if (!runsInCloud(step, cloud)) return [];
  return step.dependsOn.flatMap((name, index) => {
    const dependency = graph.byName.get(name);
    if (dependency === undefined || runsInCloud(dependency, cloud)) return [];
    const message = `depends on "${name}", which does not run on ${cloud}`;
    return [{ message, path: [...path, 'dependsOn', index] }];
  });
}

/** One is read if an input lies in it, or it in an input. */
function unreadOutputs(step: Step, path: Path, inputs: readonly string[]): Problem[] {
  if (step.kind !== 'runImage') return [];
  return step.outputs.flatMap(({ to }, index) => {
    const places =
      step.numSplits === 1
        ? [to]
        : Array.from({ length: step.numSplits }, (_, split) => `/${step.name}_${split}${to}`);
    if (places.some((place) => inputs.some((input) => overlap(place, input)))) return [];
    const message = `no step reads the output "${to}"`;
    return [{ message, path: [...path, 'outputs', index, 'to'] }];
  });
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [folder(one), folder(other)];
  return a.startsWith(b) || b.startsWith(a);
}

const folder = (path: string): string => `${path.replace(/\/+$/, '')}/`;
