// The parts that jobs of every kind have in common: a container with a command, paths in the batch's
// storage, optional fields left out when empty (as Batch's own client does).
import type { JobSpec } from '../../../schemas/job-spec.ts';
import type { Copies } from '../../../schemas/step-words.ts';
import type { CompileRequest } from '../compile-request.ts';
import type { JobBody } from './step-kind.ts';

export function containerJob(
  request: CompileRequest,
  image: string,
  command: readonly string[],
): JobBody {
  return {
    process: { type: 'docker', image, command: [...command] },
    always_run: false,
    always_copy_output: false,
    regions: [request.environment.region],
  };
}

/** A job of CI's own that works in the cluster, with the rights that CI has there. */
export const clusterJob = (request: CompileRequest, script: string): JobBody => ({
  ...containerJob(request, request.environment.ciUtilsImage, ['bash', '-c', script]),
  service_account: { namespace: request.environment.ciNamespace, name: 'ci-agent' },
});

/** Nothing where the step leaves it to the deployment. */
export const regionsOf = (step: {
  readonly regions?: readonly string[] | undefined;
}): Partial<Pick<JobSpec, 'regions'>> =>
  step.regions === undefined ? {} : { regions: [...step.regions] };

/** `/repo` of a build.yaml as an address. */
export const stored = (request: CompileRequest, path: string): string =>
  `${request.environment.storageUri}/build/${request.token}${path}`;

export function inputFiles(request: CompileRequest, inputs: Copies): Pick<JobSpec, 'input_files'> {
  if (inputs.length === 0) return {};
  return { input_files: inputs.map(({ from, to }) => ({ from: stored(request, from), to })) };
}

/** @param prefix keeps the outputs of a split step's jobs apart. */
export function outputFiles(
  request: CompileRequest,
  outputs: Copies,
  prefix: string,
): Pick<JobSpec, 'output_files'> {
  if (outputs.length === 0) return {};
  return {
    output_files: outputs.map(({ from, to }) => ({ from, to: stored(request, prefix + to) })),
  };
}

/** Files that one job leaves for another of its step, under the name that they have in both. */
export function keepFiles(request: CompileRequest, files: readonly string[]) {
  const place = (file: string) => stored(request, `/${file}`);
  return {
    keep: files.map((file) => ({ from: file, to: place(file) })),
    fetch: files.map((file) => ({ from: place(file), to: file })),
  };
}
