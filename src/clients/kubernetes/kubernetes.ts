// Kubernetes' side of the port: namespaces of tests, and what is live of a deploy. Retries nothing by itself.
import { z } from 'zod';
import {
  NamespaceAnswer,
  NamespacePage,
  type WorkloadAnswer,
  WorkloadPage,
} from '../../../schemas/kubernetes-api.ts';
import type { LiveService, WorkloadKind } from '../../../schemas/namespace.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import type { LiveNamespace } from '../../core/observation.ts';
import { ok, type Result } from '../../core/result.ts';
import { namespaceSelector } from '../../core/test-namespace.ts';
import type { Kubernetes } from '../../loop/ports.ts';
import type { KubernetesApi } from './api.ts';

const NAMESPACES = '/api/v1/namespaces';
const ITEMS_PER_PAGE = 500;
/** What is beyond is found when some of it has been deleted. */
const PAGES_MAX = 20;
const PLURALS = { Deployment: 'deployments', StatefulSet: 'statefulsets' } as const;

export function createKubernetes(api: KubernetesApi, config: BranchConfig): Kubernetes {
  return {
    async listNamespaces() {
      const listed = await listAll(api, NAMESPACES, NamespacePage, {
        labelSelector: namespaceSelector(config),
      });
      return listed.ok ? ok(listed.value.map(observed)) : listed;
    },

    async getNamespace(name) {
      const answer = await api.request('GET', `${NAMESPACES}/${name}`, NamespaceAnswer);
      if (answer.ok) return ok(observed(answer.value));
      return isMissing(answer.error) ? ok(null) : answer;
    },

    async deleteNamespace({ name, uid, version: resourceVersion }) {
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, resourceVersion },
      });
      const answer = await api.request('DELETE', `${NAMESPACES}/${name}`, z.unknown(), body);
      return answer.ok || isMissing(answer.error) ? ok(undefined) : answer;
    },

    async readWorkloads(namespace, kind) {
      const path = `/apis/apps/v1/namespaces/${namespace}/${PLURALS[kind]}`;
      const listed = await listAll(api, path, WorkloadPage, {});
      return listed.ok ? ok(listed.value.map((workload) => liveService(kind, workload))) : listed;
    },
  };
}

const isMissing = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;

/** One request unless there are more than 500. */
async function listAll<Item>(
  api: KubernetesApi,
  path: string,
  page: z.ZodType<{ metadata: { continue?: string | undefined }; items: Item[] }>,
  query: Readonly<Record<string, string>>,
): Promise<Result<Item[], Fault>> {
  const items: Item[] = [];
  let next = '';
  for (let count = 0; count < PAGES_MAX; count++) {
    const parameters = new URLSearchParams({ ...query, limit: String(ITEMS_PER_PAGE) });
    if (next !== '') parameters.set('continue', next);
    const answer = await api.request('GET', `${path}?${parameters}`, page);
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    next = answer.value.metadata.continue ?? '';
    if (next === '') break;
  }
  return ok(items);
}

const observed = ({ metadata }: NamespaceAnswer): LiveNamespace => ({
  name: metadata.name,
  uid: metadata.uid,
  version: metadata.resourceVersion,
  labels: metadata.labels ?? {},
  createdAt: Date.parse(metadata.creationTimestamp),
  isEnding: metadata.deletionTimestamp !== undefined,
});

/** Rolled out by the rule of `kubectl rollout status`: none of the old ones is left. */
function liveService(
  kind: WorkloadKind,
  { metadata, spec, status = {} }: WorkloadAnswer,
): LiveService {
  const wanted = spec.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, replicas = 0 } = status;
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return {
    kind,
    name: metadata.name,
    images: spec.template.spec.containers.flatMap(({ image }) => image ?? []),
    wanted,
    ready,
    isRolledOut: isSeen && ready >= wanted && updated >= wanted && replicas <= updated,
  };
}
