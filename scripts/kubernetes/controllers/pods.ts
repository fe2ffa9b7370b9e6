/**
 * Plays the kubelet: a new pod is ready after a while. Nothing runs in it.
 */
import { podKind } from '../kinds.ts';
import { fieldAt, type KubeObject, listAt } from '../object.ts';
import { type Controller, earliest } from './controller.ts';

export const nodeName = 'local-node';

export function podController(): Controller {
  /** When each was first seen, by uid: its own timestamp knows only whole seconds. */
  const pendingSince = new Map<string, number>();
  return ({ objects, now, pace }) => {
    const pending = objects.store
      .list(podKind)
      .filter((pod) => pod.status?.['phase'] === 'Pending' && !pod.metadata.deletionTimestamp);
    return earliest(
      pending.map((pod) => {
        const { uid, name, namespace } = pod.metadata;
        const since = pendingSince.get(uid) ?? now();
        pendingSince.set(uid, since);
        const due = since + pace.readyDelayMs;
        const ref = { kind: podKind, namespace, name };
        if (now() < due) {
          if (!pod.status?.['containerStatuses']) {
            objects.update(ref, 'status', { status: pendingStatus(pod) });
          }
          return due;
        }
        pendingSince.delete(uid);
        objects.update(ref, 'status', { status: runningStatus(pod, objects.timestamp()) });
        return null;
      }),
    );
  };
}

export function isReady(pod: KubeObject): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (condition) =>
      fieldAt(condition, 'type') === 'Ready' && fieldAt(condition, 'status') === 'True',
  );
}

function pendingStatus(pod: KubeObject) {
  return {
    phase: 'Pending',
    qosClass: 'BestEffort',
    containerStatuses: containersOf(pod).map((container) => ({
      ...container,
      imageID: '',
      ready: false,
      started: false,
      state: { waiting: { reason: 'ContainerCreating' } },
    })),
  };
}

function runningStatus(pod: KubeObject, at: string) {
  const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
  const conditions = types.map((type) => ({ type, status: 'True', lastTransitionTime: at }));
  return {
    phase: 'Running',
    qosClass: 'BestEffort',
    conditions,
    hostIP: '127.0.0.1',
    podIP: podAddress(pod.metadata.uid),
    startTime: at,
    containerStatuses: containersOf(pod).map((container) => ({
      ...container,
      imageID: `local://${container.image}`,
      ready: true,
      started: true,
      state: { running: { startedAt: at } },
    })),
  };
}

function containersOf(pod: KubeObject) {
  return listAt(pod, 'spec', 'containers').map((container) => ({
    name: String(fieldAt(container, 'name')),
    image: String(fieldAt(container, 'image')),
    restartCount: 0,
  }));
}

/** In the network of pods, 10.244.0.0/16. */
function podAddress(uid: string): string {
  const digits = uid.replaceAll('-', '').slice(-4);
  return `10.244.${Number.parseInt(digits.slice(0, 2), 16)}.${Number.parseInt(digits.slice(2), 16)}`;
}
