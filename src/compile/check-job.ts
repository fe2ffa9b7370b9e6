// Batch's own rules, asked before Batch is: a refusal there would come after the check was posted and
// without a line to point at. The rules themselves are schemas/job-spec.ts.
import { type JobSpec, jobSpecSchema } from '../../schemas/job-spec.ts';
import { didYouMean } from '../../schemas/nearest-name.ts';
import type { Path, Problem } from './problem.ts';

/** Where a job's field comes from in its step. */
const STEP_FIELD: Readonly<Record<string, string>> = {
  resources: 'resources',
  secrets: 'secrets',
  service_account: 'serviceAccount',
  port: 'port',
  timeout: 'timeout',
};

export interface JobPlace {
  /** The step's path in the file. */
  readonly step: Path;
  /** Within the step, what becomes the job's command. */
  readonly command: Path;
}

/** Of the clouds that are known. */
const REGION = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @param regions where jobs may run; null: anywhere */
export function jobProblem(
  spec: JobSpec,
  regions: readonly string[] | null,
  place: JobPlace,
): Problem | null {
  const index = spec.regions.findIndex(
    (region) => !(regions?.includes(region) ?? REGION.test(region)),
  );
  if (index >= 0) return regionProblem(String(spec.regions[index]), regions, place, index);
  const issue = jobSpecSchema.safeParse(spec).error?.issues[0];
  if (issue === undefined) return null;
  const [field = '', second] = issue.path;
  if (field === 'process' && second === 'command')
    return { message: `its command ${issue.message}`, path: [...place.step, ...place.command] };
  const message = `Batch would refuse ${issue.path.join('.')}: ${issue.message}`;
  if (field === 'process') return { message, path: [...place.step, 'image'] };
  const from = STEP_FIELD[String(field)];
  if (from === undefined) return { message, path: place.step };
  return { message, path: [...place.step, from, ...(typeof second === 'number' ? [second] : [])] };
}

function regionProblem(
  region: string,
  regions: readonly string[] | null,
  { step }: JobPlace,
  index: number,
): Problem {
  const message =
    regions === null
      ? `"${region}" is no name of a region; write one such as us-central1`
      : `unknown region "${region}"${didYouMean(region, regions)}; jobs can run in ${regions.join(', ')}`;
  return { message, path: [...step, 'regions', index] };
}
