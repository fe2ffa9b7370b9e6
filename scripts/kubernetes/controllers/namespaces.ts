/**
 * Gives every namespace what it is born with, and takes its content along when it ends: it is gone
 * when nothing in it is held by a finalizer any more.
 */
import {
  configMapKind,
  type Kind,
  kinds,
  namespaceKind,
  resourceOf,
  serviceAccountKind,
} from '../kinds.ts';
import { type KubeObject, listAt } from '../object.ts';
import { type Controller, earliest, type Surroundings } from './controller.ts';

/** @param ca the certificate that jobs in the cluster trust */
export function namespaceController(ca: string): Controller {
  /** When each was first seen to end, by uid: its own timestamp knows only whole seconds. */
  const endingSince = new Map<string, number>();
  return (surroundings) => {
    const namespaces = surroundings.objects.store.list(namespaceKind);
    return earliest(
      namespaces.map((namespace) => {
        if (!namespace.metadata.deletionTimestamp) {
          furnish(surroundings, namespace.metadata.name, ca);
          return null;
        }
        const { uid } = namespace.metadata;
        const since = endingSince.get(uid) ?? surroundings.now();
        endingSince.set(uid, since);
        const due = since + surroundings.pace.namespaceDelayMs;
        if (surroundings.now() < due) return due;
        empty(surroundings, namespace);
        return null;
      }),
    );
  };
}

function furnish({ objects }: Surroundings, namespace: string, ca: string): void {
  const { store } = objects;
  if (!store.get(serviceAccountKind, namespace, 'default')) {
    objects.create({ kind: serviceAccountKind, namespace }, { metadata: { name: 'default' } });
  }
  const name = 'kube-root-ca.crt';
  if (!store.get(configMapKind, namespace, name)) {
    const body = { metadata: { name }, data: { 'ca.crt': ca } };
    objects.create({ kind: configMapKind, namespace }, body);
  }
}

function empty({ objects }: Surroundings, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const left: [Kind, number, string[]][] = [];
  for (const kind of kinds.filter((candidate) => candidate.namespaced)) {
    for (const object of objects.store.list(kind, name)) {
      objects.delete({ kind, namespace: name, name: object.metadata.name }, {});
    }
    const rest = objects.store.list(kind, name);
    const finalizers = rest.flatMap(({ metadata }) => metadata.finalizers ?? []);
    if (rest.length > 0) left.push([kind, rest.length, finalizers]);
  }
  const ref = { kind: namespaceKind, namespace: undefined, name };
  if (left.length > 0) {
    const status = { ...namespace.status, conditions: remaining(left, namespace) };
    objects.update(ref, 'status', { status });
    return;
  }
  objects.update(ref, 'finalize', { spec: { ...namespace.spec, finalizers: [] } });
}

function remaining(left: readonly [Kind, number, string[]][], namespace: KubeObject) {
  const since = namespace.metadata.deletionTimestamp;
  const resources = left.map(
    ([kind, count]) => `${resourceOf(kind)} has ${count} resource instances`,
  );
  const counts = new Map<string, number>();
  for (const finalizer of left.flatMap(([, , names]) => names)) {
    counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  const finalizers = [...counts].map(([name, count]) => `${name} in ${count} resource instances`);
  const known = listAt(namespace, 'status', 'conditions');
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: since,
    reason,
    message,
  });
  const conditions = [
    condition(
      'NamespaceContentRemaining',
      'SomeResourcesRemain',
      `Some resources are remaining: ${resources.join(', ')}`,
    ),
    condition(
      'NamespaceFinalizersRemaining',
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
    ),
  ];
  return JSON.stringify(known) === JSON.stringify(conditions) ? known : conditions;
}
