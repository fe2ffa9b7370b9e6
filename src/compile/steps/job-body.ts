// The parts that jobs of every kind have in common: a container with a command, paths in the batch's
// storage, optional fields left out when empty (as Batch's own client does).
import type { Copies } from '../../../schemas/build-yaml.ts';
import type { JobSpec } from '../../../schemas/job-spec.ts';
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
