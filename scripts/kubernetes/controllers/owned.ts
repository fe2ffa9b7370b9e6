/**
 * What owners have to do with what they own: whose an object is, how many pods there are and which
 * of them are ready, and that what nobody owns any more goes.
 */
import { apiVersionOf, type Kind, kinds, namespaceKind, podKind } from '../kinds.ts';
import { type Fields, fieldAt, isFields, type KubeObject, type OwnerReference } from '../object.ts';
import type { Objects } from '../objects.ts';
import type { Controller } from './controller.ts';
import { isReady, nodeName } from './pods.ts';

export function ownerOf(kind: Kind, { metadata }: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Those of this kind that the owner controls, the oldest first. */
export function ownedBy(objects: Objects, owner: KubeObject, kind: Kind): KubeObject[] {
  const { uid, namespace } = owner.metadata;
  return objects.store
    .list(kind, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid))
    .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
}

/** Those that are to be worked on: neither they nor their namespace is about to go. */
export function livingOf(objects: Objects, kind: Kind): KubeObject[] {
  return objects.store.list(kind).filter(({ metadata }) => {
    const home = objects.store.get(namespaceKind, undefined, metadata.namespace ?? '');
    return !metadata.deletionTimestamp && home && !home.metadata.deletionTimestamp;
  });
}

export function replicasOf(owner: KubeObject): number {
  return Number(fieldAt(owner, 'spec', 'replicas') ?? 0);
}

export function newPod(kind: Kind, owner: KubeObject, name: string, labels: Fields): Fields {
  const template = fieldAt(owner, 'spec', 'template');
  const metadata = fieldAt(template, 'metadata');
  const given = fieldAt(metadata, 'labels');
  const spec = fieldAt(template, 'spec');
  return {
    metadata: {
      ...(isFields(metadata) ? metadata : {}),
      name,
      labels: { ...(isFields(given) ? given : {}), ...labels },
      ownerReferences: [ownerOf(kind, owner)],
    },
    spec: { ...(isFields(spec) ? spec : {}), nodeName },
  };
}

/** Counts of nothing are left out, as Kubernetes does. */
export function podCounts(owner: KubeObject, pods: readonly KubeObject[]) {
  const ready = pods.filter(isReady).length;
  return {
    observedGeneration: owner.metadata.generation,
    replicas: pods.length,
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
  };
}

/** Without a namespace, since what owns and what is owned share theirs. */
export const garbageController: Controller = ({ objects }) => {
  const alive = new Set(kinds.flatMap((kind) => objects.store.list(kind)).map(uidOf));
  for (const kind of kinds) {
    for (const object of objects.store.list(kind)) {
      const { ownerReferences = [], deletionTimestamp, namespace, name } = object.metadata;
      if (ownerReferences.length === 0 || deletionTimestamp) continue;
      if (ownerReferences.some(({ uid }) => alive.has(uid))) continue;
      objects.delete({ kind, namespace, name }, {});
    }
  }
  return null;
};

export function deletePods(objects: Objects, pods: readonly KubeObject[]): void {
  for (const { metadata } of pods) {
    objects.delete({ kind: podKind, namespace: metadata.namespace, name: metadata.name }, {});
  }
}

const uidOf = ({ metadata }: KubeObject): string => metadata.uid;
