/**
 * Keeps the numbered pods of each stateful set; all are replaced when their template changes.
 */
import { podKind, statefulSetKind } from '../kinds.ts';
import { fieldAt } from '../object.ts';
import type { Controller } from './controller.ts';
import { deletePods, livingOf, newPod, ownedBy, podCounts, replicasOf } from './owned.ts';
import { templateHash } from './template-hash.ts';

const revisionLabel = 'controller-revision-hash';

export const statefulSetController: Controller = ({ objects }) => {
  for (const set of livingOf(objects, statefulSetKind)) {
    const { name, namespace } = set.metadata;
    const revision = `${name}-${templateHash(fieldAt(set, 'spec', 'template'))}`;
    const names = Array.from({ length: replicasOf(set) }, (_, i) => `${name}-${i}`);
    const pods = ownedBy(objects, set, podKind);
    deletePods(
      objects,
      pods.filter(
        ({ metadata }) =>
          !names.includes(metadata.name) || metadata.labels?.[revisionLabel] !== revision,
      ),
    );
    for (const podName of names) {
      if (objects.store.get(podKind, namespace, podName)) continue;
      const labels = { [revisionLabel]: revision, 'statefulset.kubernetes.io/pod-name': podName };
      const pod = newPod(statefulSetKind, set, podName, labels);
      objects.create({ kind: podKind, namespace }, pod);
    }
    const current = ownedBy(objects, set, podKind);
    const status = {
      ...podCounts(set, current),
      currentReplicas: current.length,
      updatedReplicas: current.length,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
    };
    objects.update({ kind: statefulSetKind, namespace, name }, 'status', { status });
  }
  return null;
};
