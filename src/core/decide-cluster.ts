// What is to be done in the cluster now: namespaces that are left over, and what is live of a deploy. A part of the
// decision that waits for nothing else and that nothing else waits for.
import type { Action } from '../../schemas/action.ts';
import type { Context } from './context.ts';
import { isDeletable } from './judge-namespace.ts';
import { isRolloutDue } from './rollout.ts';

export function clusterActions({ state, config, now }: Context): Action[] {
  if (config.kubernetesUrl === null) return [];
  const { namespaces, rollout } = state;
  return [
    ...Object.keys(namespaces)
      .filter((namespace) => isDeletable(state, namespace, now))
      .map((namespace): Action => ({ kind: 'delete_namespace', namespace })),
    ...(rollout !== null && isRolloutDue(state)
      ? [
          {
            kind: 'read_services',
            batch: rollout.batch,
            namespace: rollout.namespace,
          } as const,
        ]
      : []),
  ];
}
