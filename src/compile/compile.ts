// From a build.yaml to the jobs of one batch. The parent that knows the order of things: choose steps,
// compile each, add what shows logs and what cleans up, check everything as Batch would. Pure: the
// same request gives the same jobs, and nothing is thrown for a mistake in the file.
import type { Step } from '../../schemas/build-yaml.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import type { DeployedService } from '../../schemas/namespace.ts';
import { err, ok, type Result } from '../core/result.ts';
import { BatchDraft, type CompiledJob } from './batch-draft.ts';
import { chooseSteps, presentSteps } from './choose-steps.ts';
import type { CompileRequest } from './compile-request.ts';
import { contextOf } from './context.ts';
import { absentStep, closure, dependents, type Graph } from './graph.ts';
import { type BuildFile, located } from './parse.ts';
import { type CompileErrors, PROBLEMS_MAX, type Problem, type Problems } from './problem.ts';
import type { Render } from './render.ts';
import { stepKind } from './steps/kinds.ts';
import type { Deployed, StepJobs, StepKind } from './steps/step-kind.ts';

export type { CompiledJob } from './batch-draft.ts';
export type { CompileRequest, Environment } from './compile-request.ts';

export interface CompiledBatch {
  /** Where the deploy steps deploy; null when none runs. */
  readonly namespace: string | null;
  /** What deploy steps wait for. */
  readonly deployedServices: readonly DeployedService[];
  /** The namespace that a test makes for itself, and that goes with it. */
  readonly ownNamespace: string | null;
  /** Parents come before their children. Never empty. */
  readonly jobs: readonly CompiledJob[];
}

export function compile(
  file: BuildFile,
  request: CompileRequest,
  render: Render,
): Result<CompiledBatch, CompileErrors> {
  const batch = compileBatch(file, request, render);
  return batch.ok ? batch : err(located(batch.error, file.locate));
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

function compileBatch(
  { graph, alwaysRunSteps }: BuildFile,
  request: CompileRequest,
  render: Render,
): Result<CompiledBatch, Problems> {
  const absent = alwaysRunSteps.findIndex((name) => !graph.byName.has(name));
  if (absent >= 0) {
    const name = String(alwaysRunSteps[absent]);
    const path = ['alwaysRunSteps', absent];
    return err([absentStep(`alwaysRunSteps names "${name}"`, name, path, graph.byName.keys())]);
  }
  const chosen = chooseSteps(graph, request);
  if (!chosen.ok) return err([chosen.error]);
  const crowded = secondNamespace(chosen.value, request, graph);
  if (crowded) return err([crowded]);
  const compiled = compileSteps(chosen.value, graph, request, render);
  if (!compiled.ok) return compiled;
  const deployed = deployedTo(compiled.value, graph);
  if (!deployed.ok) return err([deployed.error]);
  const jobs = assemble(compiled.value, graph, request);
  if (!jobs.ok) return err([jobs.error]);
  const { namespace, services } = deployed.value ?? { namespace: null, services: [] };
  const made = compiled.value.find(({ ownNamespace }) => ownNamespace !== null);
  const ownNamespace = made?.ownNamespace ?? null;
  return ok({ namespace, deployedServices: services, ownNamespace, jobs: jobs.value });
}

interface CompiledStep extends StepJobs {
  readonly step: Step;
  readonly kind: StepKind;
}

function compileSteps(
  chosen: readonly Step[],
  graph: Graph,
  request: CompileRequest,
  render: Render,
): Result<CompiledStep[], Problems> {
  const present = presentSteps(graph, request);
  const kinds = new Map(present.map((step) => [step.name, stepKind(step, request)]));
  const exposed = (name: string) => kinds.get(name)?.exposed ?? null;
  const compiled: CompiledStep[] = [];
  const problems: Problem[] = [];
  for (const step of chosen) {
    const kind = kinds.get(step.name);
    const jobs = kind?.compile(contextOf(step, graph, request, render, exposed));
    if (!kind || !jobs) continue;
    if (jobs.ok) compiled.push({ ...jobs.value, step, kind });
    else problems.push(jobs.error);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems.length > 0 ? err(inFileOrder(problems)) : ok(compiled);
}

/** Steps are compiled in the order of their dependencies, and read in the file's. */
const inFileOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => Number(a.path?.[1] ?? 0) - Number(b.path?.[1] ?? 0));

/** A test has one namespace, which is registered and deleted with it. */
function secondNamespace(
  chosen: readonly Step[],
  { scope }: CompileRequest,
  graph: Graph,
): Problem | null {
  const [first, second] = chosen.filter(({ kind }) => kind === 'createNamespace');
  if (scope !== 'test' || first === undefined || second === undefined) return null;
  const message = `a test has one namespace, and step "${first.name}" makes it; use that one, or give one of the two steps other scopes`;
  return { message, path: ['steps', graph.indexOf.get(second.name) ?? 0] };
}

function deployedTo(
  compiled: readonly CompiledStep[],
  graph: Graph,
): Result<Deployed | null, Problem> {
  const services: DeployedService[] = [];
  let namespace: string | null = null;
  for (const { step, deployed } of compiled) {
    if (deployed === null) continue;
    if (namespace !== null && namespace !== deployed.namespace) {
      const message = `deploys into namespace "${deployed.namespace}", and a step before it into "${namespace}"; a batch deploys into one`;
      const path = ['steps', graph.indexOf.get(step.name) ?? 0, 'namespace'];
      return err({ message, path });
    }
    namespace = deployed.namespace;
    services.push(...deployed.services);
  }
  return ok(namespace === null ? null : { namespace, services });
}

/** What shows and what removes waits for all that lies downstream, through steps not chosen too. */
function assemble(
  compiled: readonly CompiledStep[],
  graph: Graph,
  request: CompileRequest,
): Result<CompiledJob[], Problem> {
  const { region, regions } = request.environment;
  const batch = new BatchDraft(graph, regions && [...new Set([region, ...regions])]);
  const below = dependents(presentSteps(graph, request));
  const users = (step: Step) => closure([step.name], (name) => below.get(name) ?? []);
  let problem: Problem | null = null;
  for (const { step, kind, jobs } of compiled) problem ??= batch.addStep(step, kind, jobs);
  for (const { step, kind, logs } of compiled)
    if (logs.length > 0) problem ??= batch.addLogs(step, kind, logs, users(step));
  for (const { step, kind, cleanup } of compiled)
    if (cleanup.length > 0) problem ??= batch.addCleanup(step, kind, cleanup, users(step));
  return problem === null ? ok(batch.jobs) : err(problem);
}
