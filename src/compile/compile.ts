// From a build.yaml to the jobs of one batch. The parent that knows the order of things: parse, check
// the graph, choose steps, compile each, add what cleans up, check everything as Batch would. Pure: the
// same request gives the same jobs, and nothing is thrown for a mistake in the file.
import type { Step } from '../../schemas/build-yaml.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { err, ok, type Result } from '../core/result.ts';
import { jobProblem } from './check-job.ts';
import { chooseSteps, runsInCloud } from './choose-steps.ts';
import type { CompileRequest } from './compile-request.ts';
import { contextOf } from './context.ts';
import { buildGraph, closure, dependents, type Graph } from './graph.ts';
import { parseBuildYaml } from './parse.ts';
import type { CompileError, Problem } from './problem.ts';
import type { Render } from './render.ts';
import { stepKind } from './steps/kinds.ts';
import type { JobDraft, StepKind } from './steps/step-kind.ts';

export type { CompileRequest, Environment } from './compile-request.ts';
export type { CompileError } from './problem.ts';

/** The kinds of step that would fill the first two are not compiled yet. */
export interface CompiledBatch {
  readonly namespace: string | null;
  readonly deployedServices: readonly string[];
  /** Parents come before their children. Never empty. */
  readonly jobs: readonly CompiledJob[];
}

export interface CompiledJob {
  readonly name: string;
  /** Names of jobs of the same batch. */
  readonly parents: readonly string[];
  readonly spec: Omit<JobSpec, 'job_id' | 'in_update_parent_ids'>;
}

export function compile(
  request: CompileRequest,
  render: Render,
): Result<CompiledBatch, CompileError> {
  const file = parseBuildYaml(request.buildYaml);
  if (!file.ok) return file;
  const jobs = compileJobs(file.value.steps, request, render);
  if (!jobs.ok) return err(file.value.locate(jobs.error));
  return ok({ namespace: null, deployedServices: [], jobs: jobs.value });
}

/** Ids count from 1 in the batch's order. */
export function toJobSpecs(batch: CompiledBatch): JobSpec[] {
  const ids = new Map(batch.jobs.map((job, index) => [job.name, index + 1]));
  return batch.jobs.map((job, index) => ({
    job_id: index + 1,
    in_update_parent_ids: job.parents.flatMap((parent) => ids.get(parent) ?? []),
    ...job.spec,
  }));
}

function compileJobs(
  steps: readonly Step[],
  request: CompileRequest,
  render: Render,
): Result<CompiledJob[], Problem> {
  const graph = buildGraph(steps);
  if (!graph.ok) return graph;
  const chosen = chooseSteps(graph.value, request);
  if (!chosen.ok) return chosen;
  const kinds = new Map(steps.map((step) => [step.name, stepKind(step, request)]));
  const exposed = (step: Step) =>
    runsInCloud(step, request.cloud) ? (kinds.get(step.name)?.exposed ?? null) : null;
  const batch = new BatchDraft(graph.value);
  for (const step of chosen.value) {
    const context = contextOf(step, graph.value, request, render, exposed);
    const drafts = kinds.get(step.name)?.jobs(context);
    if (!drafts) continue;
    if (!drafts.ok) return drafts;
    const problem = batch.addStep(step, drafts.value);
    if (problem) return err(problem);
  }
  const problem = addCleanup(batch, chosen.value, kinds, graph.value);
  return problem ? err(problem) : ok(batch.jobs);
}

/** A cleanup waits for its own step and for all that lies downstream of it, through steps not chosen too. */
function addCleanup(
  batch: BatchDraft,
  chosen: readonly Step[],
  kinds: ReadonlyMap<string, StepKind>,
  graph: Graph,
): Problem | null {
  const below = dependents(graph.ordered);
  for (const step of chosen) {
    const drafts = kinds.get(step.name)?.cleanup() ?? [];
    if (drafts.length === 0) continue;
    const users = closure([step.name], (name) => below.get(name) ?? []);
    const problem = batch.addCleanup(step, drafts, users);
    if (problem) return problem;
  }
  return null;
}

/** The batch as it grows; refuses a second job of one name, because parents are named. */
class BatchDraft {
  readonly jobs: CompiledJob[] = [];
  private readonly names = new Set<string>();
  private readonly stepJobs = new Map<string, string[]>();
  private readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  addStep(step: Step, drafts: readonly JobDraft[]): Problem | null {
    const problem = this.push(step, drafts, step.dependsOn);
    this.stepJobs.set(
      step.name,
      drafts.map(({ name }) => name),
    );
    return problem;
  }

  /** Nothing waits for a cleanup. */
  addCleanup(step: Step, drafts: readonly JobDraft[], after: Iterable<string>): Problem | null {
    return this.push(step, drafts, after);
  }

  /** @param after names of steps; those that are not in the batch have no jobs to wait for. */
  private push(step: Step, drafts: readonly JobDraft[], after: Iterable<string>): Problem | null {
    const path = ['steps', this.graph.indexOf.get(step.name) ?? 0];
    const parents = [...after].flatMap((name) => this.stepJobs.get(name) ?? []);
    for (const { name, body } of drafts) {
      if (this.names.has(name)) {
        const message = `its job "${name}" has the name of another step's job; rename one step`;
        return { message, path: [...path, 'name'] };
      }
      const spec = { ...body, attributes: { name } };
      const problem = jobProblem({ ...spec, job_id: 1, in_update_parent_ids: [] }, path);
      if (problem) return problem;
      this.names.add(name);
      this.jobs.push({ name, parents, spec });
    }
    return null;
  }
}
