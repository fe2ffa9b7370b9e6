// What a Kubernetes API server answers to each of our calls: a value or a fault, never an exception.
import { KubernetesConnection } from '../../../src/clients/kubernetes/connection.ts';
import { createKubernetes } from '../../../src/clients/kubernetes/kubernetes.ts';
import type { Kubernetes } from '../../../src/loop/ports.ts';
import { type Door, isClear, shaped } from '../door.ts';
import { settings } from '../settings.ts';

type Call = (kubernetes: Kubernetes) => ReturnType<Kubernetes[keyof Kubernetes]>;

const CALLS: Readonly<Record<string, Call>> = {
  list: (kubernetes) => kubernetes.listNamespaces(),
  get: (kubernetes) => kubernetes.getNamespace('pr-7-default-abc'),
  delete: (kubernetes) => kubernetes.deleteNamespace({ name: 'pr-7', uid: 'u', version: '1' }),
  deployments: (kubernetes) => kubernetes.readWorkloads('default', 'Deployment'),
  sets: (kubernetes) => kubernetes.readWorkloads('default', 'StatefulSet'),
};

const metadata = {
  ...{ name: 'pr-7-default-abc', uid: '1-2-3', resourceVersion: '17' },
  ...{ creationTimestamp: '2026-01-05T09:00:00Z', labels: { 'sluice/branch': 'x' } },
};
const workload = {
  metadata: { ...metadata, name: 'shop', generation: 2 },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'c', image: 'shop:1' }] } } },
  status: { readyReplicas: 1, updatedReplicas: 1, replicas: 2, observedGeneration: 2 },
};
const namespace = { kind: 'Namespace', metadata, status: { phase: 'Active' } };
const status = {
  kind: 'Status',
  status: 'Failure',
  message: 'not found',
  reason: 'NotFound',
  code: 404,
};

interface Given {
  readonly call: string;
  readonly status: number;
  readonly body: unknown;
}

export const kubernetesDoor: Door = {
  name: 'kubernetes',
  seeds: () =>
    Object.keys(CALLS).flatMap((call) =>
      [
        { call, status: 200, body: { kind: 'NamespaceList', metadata: {}, items: [namespace] } },
        { call, status: 200, body: { metadata: {}, items: [workload, workload] } },
        { call, status: 200, body: namespace },
        { call, status: 404, body: status },
        { call, status: 409, body: { ...status, code: 409, reason: 'Conflict' } },
        { call, status: 500, body: 'the server is on fire' },
      ].map((given) => JSON.stringify(given)),
    ),
  async enter(input) {
    const given = shaped<Given>(
      input,
      ({ call, status }) =>
        Object.hasOwn(CALLS, String(call)) &&
        Number.isInteger(status) &&
        Number(status) >= 200 &&
        Number(status) <= 599,
    );
    if (given === null) return null;
    const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body);
    const isEmpty = [204, 205, 304].includes(given.status);
    const { main } = settings();
    const connection = new KubernetesConnection({
      ...{ url: 'https://kubernetes.test', token: 'token', now: () => 0 },
      fetch: async () => new Response(isEmpty ? null : body, { status: given.status }),
    });
    const result = await CALLS[given.call]?.(createKubernetes(connection, main));
    if (result?.ok !== false) return null;
    return isClear(result.error.message) ? null : `the fault says nothing: ${result.error.message}`;
  },
};
