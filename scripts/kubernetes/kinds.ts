/**
 * The kinds of objects that there are, as a table. What is not in it does not exist here; a kind
 * without rules of its own is stored as it comes.
 */

export interface Kind {
  /** Empty for the core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Has a status that only its subresource changes, and a generation that counts changes of spec. */
  readonly hasStatus: boolean;
  readonly countsGenerations: boolean;
  readonly scalable: boolean;
  /** In `kubectl get all`. */
  readonly inAll: boolean;
}

type Row = Partial<Kind> & Pick<Kind, 'kind' | 'plural'>;

const kindOf = (group: string, version: string, row: Row): Kind => ({
  group,
  version,
  singular: row.kind.toLowerCase(),
  shortNames: [],
  namespaced: true,
  hasStatus: false,
  countsGenerations: false,
  scalable: false,
  inAll: false,
  ...row,
});

const workload = { hasStatus: true, countsGenerations: true, scalable: true, inAll: true };

const core: readonly Row[] = [
  {
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    namespaced: false,
    hasStatus: true,
  },
  { kind: 'Pod', plural: 'pods', shortNames: ['po'], hasStatus: true, inAll: true },
  { kind: 'Service', plural: 'services', shortNames: ['svc'], hasStatus: true, inAll: true },
  { kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'] },
  { kind: 'Secret', plural: 'secrets' },
  { kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'] },
  { kind: 'Event', plural: 'events', shortNames: ['ev'] },
  { kind: 'Node', plural: 'nodes', shortNames: ['no'], namespaced: false, hasStatus: true },
  {
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    hasStatus: true,
  },
];

const apps: readonly Row[] = [
  { kind: 'Deployment', plural: 'deployments', shortNames: ['deploy'], ...workload },
  { kind: 'ReplicaSet', plural: 'replicasets', shortNames: ['rs'], ...workload },
  { kind: 'StatefulSet', plural: 'statefulsets', shortNames: ['sts'], ...workload },
];

export const kinds: readonly Kind[] = [
  ...core.map((row) => kindOf('', 'v1', row)),
  ...apps.map((row) => kindOf('apps', 'v1', row)),
  kindOf('rbac.authorization.k8s.io', 'v1', { kind: 'Role', plural: 'roles' }),
  kindOf('rbac.authorization.k8s.io', 'v1', { kind: 'RoleBinding', plural: 'rolebindings' }),
  kindOf('rbac.authorization.k8s.io', 'v1', {
    kind: 'ClusterRole',
    plural: 'clusterroles',
    namespaced: false,
  }),
  kindOf('rbac.authorization.k8s.io', 'v1', {
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    namespaced: false,
  }),
  kindOf('networking.k8s.io', 'v1', {
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    shortNames: ['netpol'],
  }),
  kindOf('networking.k8s.io', 'v1', { kind: 'Ingress', plural: 'ingresses', shortNames: ['ing'] }),
  kindOf('policy', 'v1', {
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
  }),
  kindOf('autoscaling', 'v2', {
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    shortNames: ['hpa'],
  }),
];

const named = (name: string): Kind => {
  const found = kinds.find(({ kind }) => kind === name);
  if (!found) throw new Error(`there is no kind ${name}`);
  return found;
};
export const namespaceKind = named('Namespace');
export const podKind = named('Pod');
export const deploymentKind = named('Deployment');
export const replicaSetKind = named('ReplicaSet');
export const statefulSetKind = named('StatefulSet');
export const serviceAccountKind = named('ServiceAccount');
export const configMapKind = named('ConfigMap');
export const secretKind = named('Secret');

export const apiVersionOf = ({ group, version }: Kind): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`, as sentences name it; `pods` in the core. */
export const resourceOf = ({ group, plural }: Kind): string =>
  group === '' ? plural : `${plural}.${group}`;

/** `Deployment.apps`, as complaints about its content name it. */
export const qualifiedKind = ({ group, kind }: Kind): string =>
  group === '' ? kind : `${kind}.${group}`;

export function findKind(group: string, version: string, plural: string): Kind | undefined {
  return kinds.find(
    (kind) => kind.group === group && kind.version === version && kind.plural === plural,
  );
}

/** Every `group/version`, the core's first. */
export function groupVersions(): { group: string; version: string }[] {
  const seen = new Map(
    kinds.map(({ group, version }) => [`${group}/${version}`, { group, version }]),
  );
  return [...seen.values()];
}
