/**
 * Keeps a replica set for each deployment's present template. The sets of earlier templates are
 * emptied when the new one is ready, and kept, as the history of its revisions.
 */
import { deploymentKind, replicaSetKind } from '../kinds.ts';
import { fieldAt, isFields, type KubeObject, listAt } from '../object.ts';
import type { Objects } from '../objects.ts';
import type { Controller } from './controller.ts';
import { livingOf, ownedBy, ownerOf, replicasOf } from './owned.ts';
import { templateHash } from './template-hash.ts';

const hashLabel = 'pod-template-hash';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

export const deploymentController: Controller = ({ objects }) => {
  for (const deployment of livingOf(objects, deploymentKind)) reconcile(objects, deployment);
  return null;
};

function reconcile(objects: Objects, deployment: KubeObject): void {
  const hash = templateHash(fieldAt(deployment, 'spec', 'template'));
  const sets = ownedBy(objects, deployment, replicaSetKind);
  const known = sets.find(({ metadata }) => metadata.labels?.[hashLabel] === hash);
  const others = sets.filter((set) => set !== known);
  const wanted = replicasOf(deployment);
  const revision = Math.max(0, ...others.map(revisionOf)) + 1;
  const current = known ?? createSet(objects, deployment, hash, revision);
  // A template that comes back is the newest revision again.
  change(objects, current, { replicas: wanted, revision: Math.max(revision, revisionOf(current)) });
  if (countOf(current, 'readyReplicas') >= wanted) {
    for (const set of others) change(objects, set, { replicas: 0, revision: revisionOf(set) });
  }
  const status = statusOf(objects, deployment, current, [current, ...others]);
  const { name, namespace } = deployment.metadata;
  objects.update({ kind: deploymentKind, namespace, name }, 'status', { status });
  const latest = objects.get({ kind: replicaSetKind, namespace, name: current.metadata.name });
  annotate(objects, deployment, String(revisionOf(latest)));
}

function createSet(objects: Objects, deployment: KubeObject, hash: string, revision: number) {
  const { name, namespace } = deployment.metadata;
  const template = fieldAt(deployment, 'spec', 'template');
  const selector = fieldAt(deployment, 'spec', 'selector');
  const labelled = (value: unknown, ...path: string[]) => {
    const labels = fieldAt(value, ...path);
    return { ...(isFields(labels) ? labels : {}), [hashLabel]: hash };
  };
  const metadata = fieldAt(template, 'metadata');
  return objects.create(
    { kind: replicaSetKind, namespace },
    {
      metadata: {
        name: `${name}-${hash}`,
        labels: labelled(metadata, 'labels'),
        annotations: { [revisionAnnotation]: String(revision) },
        ownerReferences: [ownerOf(deploymentKind, deployment)],
      },
      spec: {
        replicas: replicasOf(deployment),
        selector: {
          ...(isFields(selector) ? selector : {}),
          matchLabels: labelled(selector, 'matchLabels'),
        },
        template: {
          ...(isFields(template) ? template : {}),
          metadata: {
            ...(isFields(metadata) ? metadata : {}),
            labels: labelled(metadata, 'labels'),
          },
        },
      },
    },
  );
}

function change(
  objects: Objects,
  set: KubeObject,
  { replicas, revision }: { replicas: number; revision: number },
): void {
  if (replicasOf(set) === replicas && revisionOf(set) === revision) return;
  const { name, namespace, annotations } = set.metadata;
  const body = {
    ...set,
    metadata: {
      ...set.metadata,
      annotations: { ...annotations, [revisionAnnotation]: String(revision) },
    },
    spec: { ...set.spec, replicas },
  };
  objects.update({ kind: replicaSetKind, namespace, name }, 'whole', body);
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);
}

function annotate(objects: Objects, deployment: KubeObject, revision: string): void {
  const { name, namespace } = deployment.metadata;
  const latest = objects.get({ kind: deploymentKind, namespace, name });
  const { annotations } = latest.metadata;
  if (annotations?.[revisionAnnotation] === revision) return;
  const metadata = {
    ...latest.metadata,
    annotations: { ...annotations, [revisionAnnotation]: revision },
  };
  objects.update({ kind: deploymentKind, namespace, name }, 'whole', { ...latest, metadata });
}

function statusOf(
  objects: Objects,
  deployment: KubeObject,
  current: KubeObject,
  sets: readonly KubeObject[],
) {
  const wanted = replicasOf(deployment);
  const total = (field: string) => sets.reduce((sum, set) => sum + countOf(set, field), 0);
  const ready = total('readyReplicas');
  const updated = countOf(current, 'replicas');
  const done = countOf(current, 'readyReplicas') >= wanted && total('replicas') === wanted;
  const counts = {
    replicas: total('replicas'),
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
  };
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(shown),
    conditions: conditionsOf(objects, deployment, { ready: ready >= wanted, done, set: current }),
  };
}

function conditionsOf(
  objects: Objects,
  deployment: KubeObject,
  { ready, done, set }: { ready: boolean; done: boolean; set: KubeObject },
) {
  const known = listAt(deployment, 'status', 'conditions');
  const name = set.metadata.name;
  const states: [string, boolean, string, string][] = [
    ready
      ? ['Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.']
      : [
          'Available',
          false,
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        ],
    done
      ? [
          'Progressing',
          true,
          'NewReplicaSetAvailable',
          `ReplicaSet "${name}" has successfully progressed.`,
        ]
      : ['Progressing', true, 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`],
  ];
  return states.map(([type, holds, reason, message]) => {
    const status = holds ? 'True' : 'False';
    const before = known.find((condition) => fieldAt(condition, 'type') === type);
    const changed = fieldAt(before, 'status') !== status || fieldAt(before, 'reason') !== reason;
    if (before && !changed) return before;
    const at = objects.timestamp();
    return { type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
  });
}

function countOf(set: KubeObject, field: string): number {
  return Number(set.status?.[field] ?? 0);
}
