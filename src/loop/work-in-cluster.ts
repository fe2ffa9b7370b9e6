// The two things that are done in a cluster. Deleting looks twice before it leaps: at the namespace itself, whose name and
// labels must be ours whatever the table says, and once more at the table.
import type { ActionOf } from '../../schemas/action.ts';
import type { LiveService } from '../../schemas/namespace.ts';
import { isDeletable, isSeenOne, whyNotOurs } from '../core/judge-namespace.ts';
import { faulted, notTried, type Outcome } from '../core/outcome.ts';
import { liveOf, workloadsOf } from '../core/rollout.ts';
import { isTestNamespaceName } from '../core/test-namespace.ts';
import type { Loop } from './loop.ts';

const NOT_CONFIGURED = 'no Kubernetes is configured';

export async function deleteNamespace(
  { kubernetes, config, store, clock }: Loop,
  action: ActionOf<'delete_namespace'>,
): Promise<Outcome> {
  const { namespace } = action;
  const left = (why: string): Outcome => ({ kind: 'namespace_left', action, why });
  if (!kubernetes) return left(NOT_CONFIGURED);
  if (!isTestNamespaceName(namespace, config)) return left('it has no name that we give to tests');
  const read = await kubernetes.getNamespace(namespace);
  if (!read.ok) return notTried(action, read.error);
  const live = read.value;
  if (live === null || live.isEnding) return { kind: 'namespace_gone', action };
  const foreign = whyNotOurs(live, config);
  if (foreign !== null) return left(foreign);
  // A test registers its namespace before anybody can make it: if it has begun since, the table says so by now.
  const state = store.read();
  const isStillDue = isDeletable(state, namespace, clock.now());
  if (!isStillDue || !isSeenOne(state.namespaces[namespace], live.uid))
    return { kind: 'namespace_overtaken', action };
  const deleted = await kubernetes.deleteNamespace(live);
  return deleted.ok ? { kind: 'namespace_deleted', action } : faulted(action, deleted.error);
}

/** That it cannot be read is told beside what was deployed, and tried again at the next poll. */
export async function readServices(
  { kubernetes, store }: Loop,
  action: ActionOf<'read_services'>,
): Promise<Outcome> {
  const unread = (error: string): Outcome => ({ kind: 'services_read', action, live: [], error });
  if (!kubernetes) return unread(NOT_CONFIGURED);
  const { rollout } = store.read();
  const wanted = rollout?.batch === action.batch ? workloadsOf(rollout.services) : [];
  const live: LiveService[] = [];
  for (const kind of new Set(wanted.map((workload) => workload.kind))) {
    const read = await kubernetes.readWorkloads(action.namespace, kind);
    if (!read.ok && read.error.kind === 'rate_limited') return notTried(action, read.error);
    if (!read.ok) return unread(read.error.message);
    live.push(...wanted.flatMap((workload) => liveOf(read.value, workload) ?? []));
  }
  return { kind: 'services_read', action, live, error: null };
}
