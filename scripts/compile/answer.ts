// What the compiler answers, as JSON for other programs: jobs with their parents by name, files as pairs,
// the environment as an object. `timeout` 0 means no limit.
import type { CompiledBatch, CompiledJob } from '../../src/compile/compile.ts';
import type { CompileErrors } from '../../src/compile/problem.ts';
import type { Result } from '../../src/core/result.ts';

export function answerOf(batch: Result<CompiledBatch, CompileErrors>): object {
  if (!batch.ok) {
    const [error] = batch.error;
    return batch.error.length > 1 ? { error, errors: batch.error } : { error };
  }
  const { namespace, deployedServices, jobs } = batch.value;
  const names = deployedServices.map(({ name }) => name);
  return { namespace, deployed_services: names, jobs: jobs.map(jobOf) };
}

function jobOf({ name, parents, spec }: CompiledJob): object {
  const {
    process,
    env,
    input_files,
    output_files,
    always_copy_output: _,
    timeout = 0,
    ...same
  } = spec;
  return {
    name,
    image: process.image,
    command: process.command,
    ...same,
    timeout,
    env: env && Object.fromEntries(env.map((variable) => [variable.name, variable.value])),
    input_files: input_files?.map(({ from, to }) => [from, to]),
    output_files: output_files?.map(({ from, to }) => [from, to]),
    parents,
  };
}
