// The steps as a graph: are its names and edges sound, in which order do the steps come, what lies above
// and below a step. Pure structure; it knows no scope and no cloud.
import type { Step } from '../../schemas/build-yaml.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Path, PROBLEMS_MAX, type Problem, type Problems } from './problem.ts';

export interface Graph {
  /** Dependencies first, otherwise in the file's order. */
  readonly ordered: readonly Step[];
  readonly byName: ReadonlyMap<string, Step>;
  readonly indexOf: ReadonlyMap<string, number>;
}

export function buildGraph(steps: readonly Step[]): Result<Graph, Problems> {
  const byName = new Map<string, Step>();
  const indexOf = new Map<string, number>();
  const problems: Problem[] = [];
  for (const [index, step] of steps.entries()) {
    if (byName.has(step.name)) {
      const first = (indexOf.get(step.name) ?? 0) + 1;
      const message = `a second step named "${step.name}" (the first is number ${first} of steps); rename one`;
      problems.push({ message, path: ['steps', index, 'name'] });
    } else {
      byName.set(step.name, step);
      indexOf.set(step.name, index);
    }
  }
  for (const [index, step] of steps.entries()) {
    if (problems.length < PROBLEMS_MAX) problems.push(...edgeProblems(step, index, byName));
  }
  if (problems.length > 0) return err(problems.slice(0, PROBLEMS_MAX));
  const ordered = inOrder(steps, byName);
  if (!Array.isArray(ordered)) return err([cycleProblem(ordered.cycle, byName, indexOf)]);
  return ok({ ordered, byName, indexOf });
}

function edgeProblems(step: Step, index: number, byName: ReadonlyMap<string, Step>): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [at, dependency] of step.dependsOn.entries()) {
    const path = ['steps', index, 'dependsOn', at];
    if (problems.length === PROBLEMS_MAX) break;
    if (seen.has(dependency)) {
      problems.push({ message: `depends on "${dependency}" twice; remove one`, path });
    } else if (dependency === step.name) {
      problems.push({ message: 'a step cannot depend on itself', path });
    } else if (!byName.has(dependency)) {
      const others = [...byName.keys()].filter((name) => name !== step.name);
      problems.push(absentStep(`depends on "${dependency}"`, dependency, path, others));
    }
    seen.add(dependency);
  }
  return problems;
}

/**
 * @param does what somebody does to a step that is not there
 * @param names which may have been meant
 */
export function absentStep(
  does: string,
  name: string,
  path: Path,
  names: Iterable<string>,
): Problem {
  const message = `${does}, and there is no such step${didYouMean(name, names)}`;
  return { message, path };
}

/** Depth first with a stack of its own: a chain of 10,000 steps must not exhaust the program's. */
function inOrder(steps: readonly Step[], byName: ReadonlyMap<string, Step>) {
  const ordered: Step[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of steps) {
    const stack = state.has(root.name) ? [] : [{ step: root, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      state.set(top.step.name, 'open');
      const dependency = byName.get(top.step.dependsOn[top.next++] ?? '');
      if (dependency === undefined) {
        state.set(top.step.name, 'done');
        ordered.push(top.step);
        stack.pop();
      } else if (!state.has(dependency.name)) {
        stack.push({ step: dependency, next: 0 });
      } else if (state.get(dependency.name) === 'open') {
        const names = stack.map((frame) => frame.step.name);
        return { cycle: names.slice(names.indexOf(dependency.name)) };
      }
    }
  }
  return ordered;
}

function cycleProblem(
  cycle: readonly string[],
  byName: ReadonlyMap<string, Step>,
  indexOf: ReadonlyMap<string, number>,
): Problem {
  const [first = '', second = first] = cycle;
  const at = byName.get(first)?.dependsOn.indexOf(second) ?? 0;
  const path = ['steps', indexOf.get(first) ?? 0, 'dependsOn', at];
  const names = cycle.length > SHOWN_OF_CYCLE ? [...cycle.slice(0, SHOWN_OF_CYCLE), '…'] : cycle;
  const message = `dependencies in a circle: ${[...names, first].join(' → ')}; remove one of them`;
  return { message, path };
}

const SHOWN_OF_CYCLE = 8;

/** The given names and everything that `next` leads to from them. */
export function closure(
  from: Iterable<string>,
  next: (name: string) => readonly string[],
): Set<string> {
  const reached = new Set(from);
  for (const name of reached) {
    for (const further of next(name)) reached.add(further);
  }
  return reached;
}

/** Who depends on a step directly, by name. */
export function dependents(steps: readonly Step[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const step of steps) {
    for (const dependency of step.dependsOn) {
      const list = found.get(dependency);
      if (list) list.push(step.name);
      else found.set(dependency, [step.name]);
    }
  }
  return found;
}
