// A `createNamespace` step: a namespace of Kubernetes for what the batch deploys, with the secrets that it
// needs. A test gets one of its own, which goes when the test is over.
import type { CreateNamespaceStep } from '../../../schemas/build-yaml.ts';
import { err, ok } from '../../core/result.ts';
import { NO_MARKS, testNamespaceName } from '../../core/test-namespace.ts';
import type { CompileRequest } from '../compile-request.ts';
import { clusterJob } from './job-body.ts';
import {
  createNamespaceScript,
  DELETE_TIMEOUT_SECONDS,
  deleteNamespaceScript,
} from './namespace-scripts.ts';
import { onlyJobs, type StepJobs, type StepKind } from './step-kind.ts';

const CREATE_TIMEOUT_SECONDS = 15 * 60;

export function createNamespace(step: CreateNamespaceStep, request: CompileRequest): StepKind {
  const name = namespaceName(step, request);
  return {
    exposed: { kind: 'createNamespace', token: request.stepToken(step.name), name },
    commandField: ['secrets'],
    compile: (context) =>
      isName(name)
        ? ok(namespaceJobs(step, request, name))
        : err({ message: misnamed(name), path: [...context.path, 'namespaceName'] }),
  };
}

function namespaceName(step: CreateNamespaceStep, request: CompileRequest): string {
  switch (request.scope) {
    case 'test':
      return testNamespaceName(
        request.code.short_str,
        request.environment.ciNamespace,
        request.stepToken(step.name),
      );
    case 'deploy':
      return step.namespaceName;
    case 'dev':
      return request.devNamespace ?? '';
  }
}

const isName = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

const misnamed = (name: string): string =>
  name === ''
    ? 'scope dev needs the namespace of a developer to deploy into'
    : `the namespace would be called "${name}", and Kubernetes takes at most 63 lower case letters, digits and -`;

function namespaceJobs(
  step: CreateNamespaceStep,
  request: CompileRequest,
  namespace: string,
): StepJobs {
  const { name, namespaceName: from, network } = step;
  const isTest = request.scope === 'test';
  // What others look after must not look like ours.
  const marks = isTest ? request.namespaceMarks : NO_MARKS;
  const secrets =
    namespace === from
      ? []
      : step.secrets.filter(({ clouds }) => clouds?.includes(request.cloud) ?? true);
  const create = {
    ...clusterJob(request, createNamespaceScript({ namespace, marks }, from, secrets)),
    network,
    timeout: CREATE_TIMEOUT_SECONDS,
  };
  const remove = {
    ...clusterJob(request, deleteNamespaceScript(namespace)),
    always_run: true,
    network,
    timeout: DELETE_TIMEOUT_SECONDS,
  };
  return {
    ...onlyJobs([{ name, body: create }]),
    cleanup: isTest ? [{ name: `cleanup_${name}`, body: remove }] : [],
    ownNamespace: isTest ? namespace : null,
  };
}
