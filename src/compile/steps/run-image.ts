// A `runImage` step: the user's script, as one job or split into several.
import type { RunImageStep } from '../../../schemas/build-yaml.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { CompileRequest } from '../compile-request.ts';
import type { Expanded, StepContext } from '../context.ts';
import type { Problem } from '../problem.ts';
import { containerJob, inputFiles, outputFiles, regionsOf } from './job-body.ts';
import {
  type JobBody,
  type JobDraft,
  onlyJobs,
  type StepJobs,
  type StepKind,
} from './step-kind.ts';

export function runImage(step: RunImageStep, request: CompileRequest): StepKind {
  return {
    exposed: { token: request.stepToken(step.name) },
    commandField: ['script'],
    compile: (context) => runImageJobs(step, request, context),
  };
}

function runImageJobs(
  step: RunImageStep,
  request: CompileRequest,
  context: StepContext,
): Result<StepJobs, Problem> {
  const expanded = context.expand(step);
  if (!expanded.ok) return expanded;
  const script = context.render(step.script, ['script']);
  if (!script.ok) return err(script.error);
  const body = runImageBody(expanded.value, request, script.value);
  const { name, outputs, numSplits } = step;
  if (numSplits === 1) {
    return ok(onlyJobs([{ name, body: { ...body, ...outputFiles(request, outputs, '') } }]));
  }
  const splits = Array.from(
    { length: numSplits },
    (_, index): JobDraft => ({
      name: `${name}_${index}`,
      body: {
        ...body,
        ...outputFiles(request, outputs, `/${name}_${index}`),
        env: [
          { name: 'HAIL_RUN_IMAGE_SPLITS', value: String(numSplits) },
          { name: 'HAIL_RUN_IMAGE_SPLIT_INDEX', value: String(index) },
        ],
      },
    }),
  );
  return ok(onlyJobs(splits));
}

function runImageBody(
  step: Expanded<RunImageStep>,
  request: CompileRequest,
  script: string,
): JobBody {
  const { secrets, serviceAccount, port, resources, timeout } = step;
  const mounts = secrets.map(({ name, namespace, mountPath }) => ({
    namespace,
    name,
    mount_path: mountPath,
  }));
  return {
    ...containerJob(request, step.image, ['bash', '-c', script]),
    ...inputFiles(request, step.inputs),
    ...regionsOf(step),
    always_run: step.alwaysRun,
    network: step.network,
    ...(port === undefined ? {} : { port }),
    ...(resources === undefined ? {} : { resources }),
    ...(mounts.length === 0 ? {} : { secrets: mounts }),
    ...(serviceAccount === undefined ? {} : { service_account: serviceAccount }),
    // Batch takes "no limit" as an absent field only.
    ...(timeout === 0 ? {} : { timeout }),
  };
}
