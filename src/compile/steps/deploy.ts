// A `deploy` step: a configuration of the repository, rendered here and applied in the cluster. The jobs
// see the result only, so that a mistake in a template is told before anything runs.
import type { DeployStep, Wait } from '../../../schemas/build-yaml.ts';
import type { DeployedService } from '../../../schemas/namespace.ts';
import { ok, type Result } from '../../core/result.ts';
import type { CompileRequest } from '../compile-request.ts';
import type { StepContext } from '../context.ts';
import { imagesOf, workloadsIn } from '../deployed-images.ts';
import type { Problem } from '../problem.ts';
import {
  deployScript,
  deployTimeoutSeconds,
  logsScript,
  logsTimeoutSeconds,
} from './deploy-scripts.ts';
import { clusterJob } from './job-body.ts';
import type { JobDraft, StepJobs, StepKind } from './step-kind.ts';

const RESOURCES = { cpu: '0.25' };

export function deploy(step: DeployStep, request: CompileRequest): StepKind {
  return {
    exposed: { token: request.stepToken(step.name) },
    commandField: ['config'],
    compile: (context) => deployJobs(step, request, context),
  };
}

function deployJobs(
  step: DeployStep,
  request: CompileRequest,
  context: StepContext,
): Result<StepJobs, Problem> {
  const namespace = context.namespace(step.namespace, ['namespace']);
  if (!namespace.ok) return namespace;
  const config = context.renderFile(step.config, ['config']);
  if (!config.ok) return config;
  const { name, link, wait } = step;
  const domain = `${namespace.value}.internal.${request.environment.domain}`;
  const apply: JobDraft = {
    name,
    body: {
      ...clusterJob(request, deployScript(namespace.value, config.value, wait)),
      resources: RESOURCES,
      timeout: deployTimeoutSeconds(wait),
    },
    ...(link.length === 0 ? {} : { attributes: { link: link.join(','), domain } }),
  };
  // A developer looks at the namespace itself; in a test it is gone afterwards.
  const workloads = wait.length > 0 ? workloadsIn(config.value) : [];
  const services = wait.map(serviceOf).map((service) => {
    const images = imagesOf(workloads, service);
    return images.length > 0 ? { ...service, images } : service;
  });
  const showsLogs = wait.length > 0 && request.scope !== 'dev';
  return ok({
    jobs: [apply],
    logs: showsLogs ? [logsJob(step, request, namespace.value)] : [],
    cleanup: [],
    deployed: { namespace: namespace.value, services },
    ownNamespace: null,
  });
}

function serviceOf(wait: Wait): DeployedService {
  if (wait.kind !== 'Service') return { kind: wait.kind, name: wait.name };
  const isSet = wait.resource_type.toLowerCase() === 'statefulset';
  return { kind: isSet ? 'StatefulSet' : 'Deployment', name: wait.name };
}

const logsJob = (
  { name, wait }: DeployStep,
  request: CompileRequest,
  namespace: string,
): JobDraft => ({
  name: `${name}_logs`,
  body: {
    ...clusterJob(request, logsScript(namespace, wait)),
    resources: RESOURCES,
    always_run: true,
    timeout: logsTimeoutSeconds(wait),
  },
});
