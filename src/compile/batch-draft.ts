// The batch as it grows: jobs with their parents by name. It refuses a second job of one name, because
// parents are named, and a batch that has grown out of all proportion. It knows no kind of step.
import type { Step } from '../../schemas/build-yaml.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { jobProblem } from './check-job.ts';
import type { Graph } from './graph.ts';
import type { Path, Problem } from './problem.ts';
import type { JobDraft, StepKind } from './steps/step-kind.ts';

/** Of one request to Batch, less what is sent of the batch itself. */
const BATCH_MAX_BYTES = 8 * 1024 * 1024 - 64 * 1024;
/** A number and a comma. */
const BYTES_OF_PARENT = 6;

export interface CompiledJob {
  readonly name: string;
  /** The step that it comes from. */
  readonly step: string;
  readonly part: Part;
  /** Names of jobs of the same batch. */
  readonly parents: readonly string[];
  readonly spec: Omit<JobSpec, 'job_id' | 'in_update_parent_ids'>;
}

/** The step's own work; showing what it has left behind; removing it. */
export type Part = 'step' | 'logs' | 'cleanup';

export class BatchDraft {
  readonly jobs: CompiledJob[] = [];
  private bytes = 0;
  private readonly encoder = new TextEncoder();
  private readonly names = new Set<string>();
  private readonly jobsOf = new Map<string, string[]>();
  private readonly logsOf = new Map<string, string[]>();
  private readonly graph: Graph;
  private readonly regions: readonly string[] | null;

  /** @param regions where jobs may run; null: anywhere */
  constructor(graph: Graph, regions: readonly string[] | null) {
    this.graph = graph;
    this.regions = regions;
  }

  /** A step's own jobs, after those of the steps that it depends on. */
  addStep(step: Step, kind: StepKind, drafts: readonly JobDraft[]): Problem | null {
    this.jobsOf.set(step.name, namesOf(drafts));
    const parents = this.jobsOfAll(step.dependsOn);
    return this.push(step, kind, 'step', drafts, parents);
  }

  /** @param users the step and all that lies downstream of it */
  addLogs(
    step: Step,
    kind: StepKind,
    drafts: readonly JobDraft[],
    users: Iterable<string>,
  ): Problem | null {
    this.logsOf.set(step.name, namesOf(drafts));
    return this.push(step, kind, 'logs', drafts, this.jobsOfAll(users));
  }

  /** Also after the logs of what is removed, or there would be nothing to show. */
  addCleanup(
    step: Step,
    kind: StepKind,
    drafts: readonly JobDraft[],
    users: Iterable<string>,
  ): Problem | null {
    const names = [...users];
    const logs = names.flatMap((name) => this.logsOf.get(name) ?? []);
    return this.push(step, kind, 'cleanup', drafts, [...this.jobsOfAll(names), ...logs]);
  }

  /** Steps that are not in the batch have no jobs to wait for. */
  private jobsOfAll(steps: Iterable<string>): string[] {
    return [...steps].flatMap((name) => this.jobsOf.get(name) ?? []);
  }

  private push(
    step: Step,
    kind: StepKind,
    part: Part,
    drafts: readonly JobDraft[],
    waitsFor: readonly string[],
  ): Problem | null {
    const path: Path = ['steps', this.graph.indexOf.get(step.name) ?? 0];
    for (const { name, body, attributes = {}, after } of drafts) {
      const parents = after ?? waitsFor;
      const spec = { ...body, attributes: { name, ...attributes } };
      this.bytes += parents.length * BYTES_OF_PARENT;
      this.bytes += this.encoder.encode(JSON.stringify(spec)).length;
      const problem = jobProblem({ ...spec, job_id: 1, in_update_parent_ids: [] }, this.regions, {
        step: path,
        command: kind.commandField,
      });
      if (problem) return problem;
      const message = this.refusal(name);
      if (message !== null) return { message, path: [...path, 'name'] };
      this.names.add(name);
      this.jobs.push({ name, step: step.name, part, parents, spec });
    }
    return null;
  }

  private refusal(name: string): string | null {
    if (this.names.has(name))
      return `its job "${name}" has the name of another step's job; rename one step`;
    if (this.bytes > BATCH_MAX_BYTES)
      return 'with this step the batch is larger than the 8 MiB that Batch takes; split fewer steps, or keep long scripts in files';
    return null;
  }
}

const namesOf = (drafts: readonly JobDraft[]): string[] => drafts.map(({ name }) => name);
