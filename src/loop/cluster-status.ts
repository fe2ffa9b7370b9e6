// State -> what the API says of namespaces and of what is live. Reads nothing but the state.
import type {
  DeployedServiceStatus,
  KubernetesStatus,
  NamespaceStatus,
} from '../../schemas/cluster-status.ts';
import type { DeployedService, NamespaceRow, Rollout } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import type { BranchConfig } from '../core/config.ts';
import { liveOf } from '../core/rollout.ts';

/** Milliseconds since the epoch -> ISO 8601. */
const iso = (at: number): string => new Date(at).toISOString();

const isThere = (row: NamespaceRow): boolean => row.kind !== 'test' || row.fate === null;

export const namespaceStatuses = (
  { namespaces }: BranchState,
  config: BranchConfig,
): NamespaceStatus[] =>
  Object.entries(namespaces)
    .filter(([, row]) => isThere(row))
    .map(([name, row]) => namespaceStatus(name, row, config));

function namespaceStatus(name: string, row: NamespaceRow, config: BranchConfig): NamespaceStatus {
  const test = row.kind === 'test' ? row : null;
  const isBranchs = row.kind === 'deploy' || test?.stray === false;
  const batch = test?.batch ?? null;
  return {
    namespace: name,
    creation_time: iso(row.createdAt),
    expiration_time: test && iso(test.expiresAt),
    services: { ...row.services },
    kind: row.kind,
    branch_fqn: isBranchs ? config.name : null,
    repo: isBranchs ? `${config.owner}/${config.repo}` : null,
    pr: test?.pr ?? null,
    batch_id: batch,
    batch_url: batch === null ? null : `${config.batchUrl}/batches/${batch}`,
    added_by: row.kind === 'developer' ? row.by : null,
  };
}

const NOT_CONFIGURED =
  'No Kubernetes is configured: each test removes its own namespace, one that is left behind stays, and nothing is known of what is live.';

export function kubernetesStatus(state: BranchState, config: BranchConfig): KubernetesStatus {
  const { namespacesReadAt, holds } = state;
  const read_at = namespacesReadAt === null ? null : iso(namespacesReadAt);
  if (config.kubernetesUrl === null)
    return { configured: false, text: NOT_CONFIGURED, read_at: null };
  const { kubernetes: hold } = holds;
  const text = hold
    ? `Kubernetes does not do what it is asked for, so namespaces that are left behind stay: ${hold.error}`
    : read_at === null
      ? 'Kubernetes was not read yet.'
      : testsIn(state);
  return { configured: true, text, read_at };
}

function testsIn({ namespaces }: BranchState): string {
  const tests = Object.values(namespaces).filter((row) => row.kind === 'test' && isThere(row));
  return tests.length === 1 ? '1 namespace of a test.' : `${tests.length} namespaces of tests.`;
}

export function deployedServices(
  { rollout, deploy }: BranchState,
  config: BranchConfig,
): DeployedServiceStatus[] {
  if (rollout === null) return [];
  const unread =
    config.kubernetesUrl === null
      ? 'no Kubernetes is configured'
      : deploy.kind === 'running'
        ? 'it is being deployed'
        : 'it was not read yet';
  return rollout.services.map((service) => ({
    name: service.name,
    kind: service.kind,
    namespace: rollout.namespace,
    deploy_batch_id: rollout.batch,
    deployed_images: [...(service.images ?? [])],
    read_at: rollout.read && iso(rollout.read.at),
    ...liveStatus(service, rollout, unread),
  }));
}

/** Others may be added to a pod as it is made. */
const isDeployed = ({ images = [] }: DeployedService, live: readonly string[]): boolean =>
  images.every((image) => live.includes(image));

type Live = Pick<
  DeployedServiceStatus,
  'state' | 'images' | 'ready_replicas' | 'wanted_replicas' | 'text'
>;

function liveStatus(service: DeployedService, { read, namespace }: Rollout, unread: string): Live {
  const nothing = { images: [], ready_replicas: null, wanted_replicas: null };
  if (service.kind === 'Pod')
    return { ...nothing, state: 'done', text: 'it was waited for until it was done' };
  if (read === null) return { ...nothing, state: 'unknown', text: unread };
  if (read.error !== null)
    return { ...nothing, state: 'unknown', text: `it could not be read: ${read.error}` };
  const live = liveOf(read.live, service);
  if (!live) {
    const text = `there is no ${service.kind} ${service.name} in ${namespace}`;
    return { ...nothing, state: 'missing', text };
  }
  const { images, ready, wanted, isRolledOut } = live;
  const counts = { images: [...images], ready_replicas: ready, wanted_replicas: wanted };
  const text = `${ready} of ${wanted} ready`;
  if (isRolledOut && !isDeployed(service, images)) {
    const deployed = service.images?.join(' and ');
    return { ...counts, state: 'other', text: `${text}, but ${deployed} was deployed` };
  }
  if (isRolledOut) return { ...counts, state: 'ready', text };
  return { ...counts, state: 'not_ready', text: `${text}, and the newest is not rolled out` };
}
