// Which steps of a build.yaml a batch runs: scope, cloud, labels, what was asked for, what was excluded.
// It decides about steps only; jobs come later.
import type { Step } from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import { closure, type Graph } from './graph.ts';
import type { Problem } from './problem.ts';

export type Scope = 'test' | 'deploy' | 'dev';

export interface Choice {
  readonly scope: Scope;
  readonly cloud: string;
  readonly labels: readonly string[];
  /** Null: everything. */
  readonly requestedSteps: readonly string[] | null;
  readonly excludedSteps: readonly string[];
}

export const runsInCloud = (step: Step, cloud: string): boolean =>
  step.clouds === undefined || step.clouds.includes(cloud);

/** @returns in the graph's order; never empty. */
export function chooseSteps(graph: Graph, choice: Choice): Result<Step[], Problem> {
  const problem = requestProblem(graph, choice);
  if (problem) return err({ message: problem, path: null });
  const excluded = new Set(choice.excludedSteps);
  const forced = (step: Step) => step.forceIfLabeled.some((label) => choice.labels.includes(label));
  const asked = new Set(choice.requestedSteps);
  const dependencies = (name: string) =>
    (graph.byName.get(name)?.dependsOn ?? []).filter((dependency) => !excluded.has(dependency));
  const wanted =
    choice.requestedSteps &&
    closure([...asked, ...graph.ordered.filter(forced).map(({ name }) => name)], dependencies);
  const chosen = graph.ordered.filter((step) => {
    if (excluded.has(step.name) || !runsInCloud(step, choice.cloud)) return false;
    if (forced(step)) return true;
    if (step.runIfRequested && !asked.has(step.name)) return false;
    const inScope = step.scopes === undefined || step.scopes.includes(choice.scope);
    return inScope && (wanted === null || wanted.has(step.name));
  });
  if (chosen.length > 0) return ok(chosen);
  const nothing = `nothing to ${choice.scope === 'dev' ? 'run' : choice.scope}`;
  const among = choice.requestedSteps === null ? 'no step' : 'none of the requested steps';
  const message = `${nothing}: ${among} runs in scope ${choice.scope} on ${choice.cloud}`;
  return err({ message, path: null });
}

function requestProblem(graph: Graph, choice: Choice): string | null {
  if (choice.excludedSteps.length > 0 && choice.scope !== 'dev') {
    return `steps can be excluded in scope dev only, not in ${choice.scope}`;
  }
  for (const name of [...(choice.requestedSteps ?? []), ...choice.excludedSteps]) {
    if (!graph.byName.has(name)) {
      return `there is no step "${name}"${didYouMean(name, graph.byName.keys())}`;
    }
  }
  return null;
}
