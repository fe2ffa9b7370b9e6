// A `buildImage2` step (or `buildImage`, its older name): buildkit builds an image in a job and pushes it.
// In scope test the image is removed again when nothing needs it any more.
import type { BuildImageStep } from '../../../schemas/build-yaml.ts';
import { ok, type Result } from '../../core/result.ts';
import type { CompileRequest } from '../compile-request.ts';
import type { Expanded, StepContext } from '../context.ts';
import type { Problem } from '../problem.ts';
import { buildScript, removeImage, removeScript } from './image-scripts.ts';
import { containerJob, inputFiles, regionsOf } from './job-body.ts';
import { type JobDraft, onlyJobs, type StepJobs, type StepKind } from './step-kind.ts';

/** Builds of hours are broken builds; without a limit they would hold the batch for ever. */
const BUILD_TIMEOUT_SECONDS = 2 * 60 * 60;
const REMOVE_TIMEOUT_SECONDS = 5 * 60;

export function buildImage(step: BuildImageStep, request: CompileRequest): StepKind {
  const token = request.stepToken(step.name);
  const repository = `${request.environment.dockerPrefix}/${step.publishAs}`;
  const image = `${repository}:${imageTag(request, token)}`;
  return {
    exposed: { token, image },
    commandField: ['dockerFile'],
    compile: (context) => buildJobs(step, request, context, { image, repository }),
  };
}

function imageTag(request: CompileRequest, token: string): string {
  switch (request.scope) {
    case 'test':
      return `test-${request.code['short_str']}-${token}`;
    case 'deploy':
      return `deploy-${token}`;
    case 'dev':
      return `dev-${token}`;
  }
}

/** A branch's own cache first, then the one that deploys of the watched branch keep warm. */
function caches(request: CompileRequest, repository: string): string[] {
  const shared = `${repository}:cache`;
  return request.scope === 'deploy'
    ? [shared]
    : [`${repository}:cache-${request.code['short_str']}`, shared];
}

function buildJobs(
  step: BuildImageStep,
  request: CompileRequest,
  context: StepContext,
  { image, repository }: { image: string; repository: string },
): Result<StepJobs, Problem> {
  const expanded = context.expand(step);
  if (!expanded.ok) return expanded;
  const dockerfile = dockerfileOf(expanded.value, context);
  if (!dockerfile.ok) return dockerfile;
  const [registry = ''] = request.environment.dockerPrefix.split('/');
  const script = buildScript({
    image,
    caches: caches(request, repository),
    cloud: request.cloud,
    dockerfile: dockerfile.value,
    contextPath: step.contextPath ?? null,
    buildArgs: expanded.value.buildArgs,
  });
  const { resources } = step;
  const body = {
    ...containerJob(request, request.environment.buildkitImage, ['/bin/sh', '-c', script]),
    ...inputFiles(request, step.inputs),
    ...regionsOf(step),
    env: [{ name: 'REGISTRY', value: registry }],
    unconfined: true,
    timeout: BUILD_TIMEOUT_SECONDS,
    ...(resources === undefined ? {} : { resources }),
  };
  return ok({
    ...onlyJobs([{ name: step.name, body }]),
    cleanup: request.scope === 'test' ? [removeJob(step, request, image)] : [],
  });
}

function dockerfileOf(step: Expanded<BuildImageStep>, context: StepContext) {
  const { dockerFile } = step;
  if (typeof dockerFile === 'string') return ok({ path: dockerFile, values: context.values });
  const rendered = context.render(dockerFile.inline, ['dockerFile', 'inline']);
  return rendered.ok ? ok({ text: rendered.value }) : rendered;
}

function removeJob(step: BuildImageStep, request: CompileRequest, image: string): JobDraft {
  const { ciUtilsImage } = request.environment;
  const command = ['/bin/bash', '-c', removeScript(image, request.cloud)];
  return {
    name: `cleanup_${step.name}`,
    body: {
      ...containerJob(request, removeImage(request.cloud, ciUtilsImage), command),
      resources: { cpu: '0.25' },
      always_run: true,
      timeout: REMOVE_TIMEOUT_SECONDS,
    },
  };
}
