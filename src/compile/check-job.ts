// Batch's own rules, asked before Batch is: a refusal there would come after the check was posted and
// without a line to point at. The rules themselves are schemas/job-spec.ts.
import { type JobSpec, jobSpecSchema } from '../../schemas/job-spec.ts';
import type { Path, Problem } from './problem.ts';

/** Where a job's field comes from in its step. */
const STEP_FIELD: Readonly<Record<string, string>> = {
  process: 'image',
  resources: 'resources',
  secrets: 'secrets',
  service_account: 'serviceAccount',
  port: 'port',
  timeout: 'timeout',
};

/** @param step the step's path in the file. */
export function jobProblem(spec: JobSpec, step: Path): Problem | null {
  const checked = jobSpecSchema.safeParse(spec);
  const issue = checked.error?.issues[0];
  if (issue === undefined) return null;
  const [field = '', index] = issue.path;
  const message = `Batch would refuse ${issue.path.join('.')}: ${issue.message}`;
  const from = STEP_FIELD[String(field)];
  if (from === undefined) return { message, path: step };
  return { message, path: [...step, from, ...(typeof index === 'number' ? [index] : [])] };
}
