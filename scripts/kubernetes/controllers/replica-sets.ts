/**
 * Keeps as many pods for each replica set as it asks for.
 */
import { podKind, replicaSetKind } from '../kinds.ts';
import type { Controller } from './controller.ts';
import { deletePods, livingOf, newPod, ownedBy, podCounts, replicasOf } from './owned.ts';
import { isReady } from './pods.ts';

export const replicaSetController: Controller = ({ objects }) => {
  for (const set of livingOf(objects, replicaSetKind)) {
    const { name, namespace } = set.metadata;
    const pods = ownedBy(objects, set, podKind).filter((pod) => !pod.metadata.deletionTimestamp);
    const wanted = replicasOf(set);
    for (let count = pods.length; count < wanted; count += 1) {
      const pod = newPod(replicaSetKind, set, `${name}-${objects.suffix()}`, {});
      pods.push(objects.create({ kind: podKind, namespace }, pod));
    }
    // Those that are not ready yet go first.
    const order = [...pods.filter(isReady), ...pods.filter((pod) => !isReady(pod))];
    deletePods(objects, order.slice(wanted));
    const kept = order.slice(0, wanted);
    const status = { ...podCounts(set, kept), fullyLabeledReplicas: kept.length };
    objects.update({ kind: replicaSetKind, namespace, name }, 'status', { status });
  }
  return null;
};
