// What each kind of step must be able to say. Types only; kinds.ts has the kinds.
import type { JobSpec } from '../../../schemas/job-spec.ts';
import type { DeployedService } from '../../../schemas/namespace.ts';
import type { Result } from '../../core/result.ts';
import type { StepContext, Values } from '../context.ts';
import type { Path, Problem } from '../problem.ts';

/** A job without what only its place in the batch decides. */
export type JobBody = Omit<JobSpec, 'job_id' | 'in_update_parent_ids' | 'attributes'>;

export interface JobDraft {
  readonly name: string;
  readonly body: JobBody;
  /** Besides its name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Earlier jobs of the same step, instead of the jobs of the steps that it depends on. */
  readonly after?: readonly string[];
}

export interface StepJobs {
  readonly jobs: readonly JobDraft[];
  /** Look at what everything downstream has left behind, before anything is removed. */
  readonly logs: readonly JobDraft[];
  /** Remove what the step has made, when nothing looks at it any more. */
  readonly cleanup: readonly JobDraft[];
  /** What a deploy step deploys, and where; null for the other kinds. */
  readonly deployed: Deployed | null;
  /** The namespace that it makes for this batch alone. */
  readonly ownNamespace: string | null;
}

export interface Deployed {
  readonly namespace: string;
  /** What is waited for. */
  readonly services: readonly DeployedService[];
}

export interface StepKind {
  /** What dependents see under the step's name. */
  readonly exposed: Values;
  /** The field whose text becomes the job's command, within the step. */
  readonly commandField: Path;
  compile(context: StepContext): Result<StepJobs, Problem>;
}

export const onlyJobs = (jobs: readonly JobDraft[]): StepJobs => ({
  jobs,
  logs: [],
  cleanup: [],
  deployed: null,
  ownNamespace: null,
});
