// What each kind of step must be able to say. Types only; kinds.ts has the kinds.
import type { JobSpec } from '../../../schemas/job-spec.ts';
import type { Result } from '../../core/result.ts';
import type { StepContext, Values } from '../context.ts';
import type { Problem } from '../problem.ts';

/** A job without what only its place in the batch decides. */
export type JobBody = Omit<JobSpec, 'job_id' | 'in_update_parent_ids' | 'attributes'>;

export interface JobDraft {
  readonly name: string;
  readonly body: JobBody;
}

export interface StepKind {
  /** What dependents see under the step's name. */
  readonly exposed: Values;
  jobs(context: StepContext): Result<readonly JobDraft[], Problem>;
  /** Jobs that run in any case once everything downstream has ended. */
  cleanup(): readonly JobDraft[];
}
