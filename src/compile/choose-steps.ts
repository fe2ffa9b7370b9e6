// Which steps of a build.yaml a batch runs: scope, cloud, labels, what was asked for, what was excluded.
// It decides about steps only; jobs come later.
import type { Step } from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import { closure, type Graph } from './graph.ts';
import type { Problem } from './problem.ts';

export type Scope = 'test' | 'deploy' | 'dev';

/** Where steps would run. */
export interface Placement {
  readonly scope: Scope;
  /** Null: any. */
  readonly cloud: string | null;
}

export interface Choice extends Placement {
  readonly cloud: string;
  readonly labels: readonly string[];
  /** Null: everything. */
  readonly requestedSteps: readonly string[] | null;
  /** What the requested steps were named by; it matters only for what is said when none runs. */
  readonly chosenBy: 'person' | 'changes' | 'both';
  readonly excludedSteps: readonly string[];
}

export const runsInCloud = (step: Step, cloud: string | null): boolean =>
  cloud === null || step.clouds === undefined || step.clouds.includes(cloud);

export const runsInScope = (step: Step, scope: Scope): boolean =>
  step.scopes === undefined || step.scopes.includes(scope);

/**
 * The steps that are there at all: of this cloud, and not excluded. To depend on any other is to
 * depend on nothing.
 */
export function presentSteps(graph: Graph, { cloud, excludedSteps }: Choice): Step[] {
  const excluded = new Set(excludedSteps);
  return graph.ordered.filter((step) => !excluded.has(step.name) && runsInCloud(step, cloud));
}

/** @returns in the graph's order; never empty. */
export function chooseSteps(graph: Graph, choice: Choice): Result<Step[], Problem> {
  const present = new Map(presentSteps(graph, choice).map((step) => [step.name, step]));
  const problem = requestProblem(graph, choice, present);
  if (problem) return err({ message: problem, path: null });
  const forced = (step: Step) => step.forceIfLabeled.some((label) => choice.labels.includes(label));
  const asked = new Set(choice.requestedSteps);
  const mayRun = (step: Step) => !step.runIfRequested || asked.has(step.name);
  const dependencies = (name: string) =>
    (present.get(name)?.dependsOn ?? []).filter((dependency) => {
      const step = present.get(dependency);
      return step !== undefined && mayRun(step);
    });
  const roots = [...present.values()].filter((step) => asked.has(step.name) || forced(step));
  const wanted =
    choice.requestedSteps &&
    closure(
      roots.map(({ name }) => name),
      dependencies,
    );
  const chosen = [...present.values()].filter(
    (step) =>
      forced(step) ||
      (mayRun(step) &&
        runsInScope(step, choice.scope) &&
        (wanted === null || wanted.has(step.name))),
  );
  return chosen.length > 0 ? ok(chosen) : err({ message: nothingToDo(choice), path: null });
}

function nothingToDo({ scope, cloud, requestedSteps, chosenBy }: Choice): string {
  const nothing = `nothing to ${scope === 'dev' ? 'run' : scope}`;
  if (requestedSteps?.length === 0) return `${nothing}: ${WHY_NONE[chosenBy]}`;
  const among = requestedSteps === null ? 'no step' : NONE_OF[chosenBy];
  return `${nothing}: ${among} runs in scope ${scope} on ${cloud}`;
}

const WHY_NONE: Readonly<Record<Choice['chosenBy'], string>> = {
  person: 'the list of requested steps is empty',
  changes:
    'no step takes a changed file as input, and alwaysRunSteps names none that runs in any case',
  both: 'none of the requested steps takes a changed file as input, depends on one that does, or is in alwaysRunSteps',
};
const NONE_OF: Readonly<Record<Choice['chosenBy'], string>> = {
  person: 'none of the requested steps',
  changes: 'none of the steps that the changed files affect, or of alwaysRunSteps,',
  both: 'none of the requested steps that the changed files affect',
};

function requestProblem(
  graph: Graph,
  { scope, cloud, requestedSteps, excludedSteps }: Choice,
  present: ReadonlyMap<string, Step>,
): string | null {
  if (excludedSteps.length > 0 && scope !== 'dev') {
    return `steps can be excluded in scope dev only, not in ${scope}; leave the list of excluded steps empty`;
  }
  for (const name of [...(requestedSteps ?? []), ...excludedSteps]) {
    if (!graph.byName.has(name)) {
      return `there is no step "${name}"${didYouMean(name, graph.byName.keys())}`;
    }
  }
  const absent = requestedSteps?.find((name) => !present.has(name));
  if (absent === undefined) return null;
  return excludedSteps.includes(absent)
    ? `step "${absent}" is both requested and excluded`
    : `step "${absent}" is requested and does not run on ${cloud}`;
}
