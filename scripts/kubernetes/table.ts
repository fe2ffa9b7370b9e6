/**
 * Objects as rows of a table, for clients that print and ask for one. Pure.
 */
import type { Kind } from './kinds.ts';
import { fieldAt, isFields, type KubeObject, listAt } from './object.ts';

interface Column {
  readonly name: string;
  /** 1 = only in wide output. */
  readonly priority: 0 | 1;
  readonly type: 'string' | 'integer';
  readonly cell: (object: KubeObject, nowMs: number) => string | number;
}

type Cell = Column['cell'];

const column = (name: string, cell: Cell, priority: 0 | 1 = 0): Column => ({
  name,
  priority,
  type: 'string',
  cell,
});
const count = (name: string, ...path: string[]): Column => ({
  name,
  priority: 0,
  type: 'integer',
  cell: (object) => Number(fieldAt(object, ...path) ?? 0),
});
const text =
  (...path: (string | number)[]): Cell =>
  (object) =>
    String(fieldAt(object, ...path) ?? '<none>');

const nameColumn = column('Name', text('metadata', 'name'));
const ageColumn = column('Age', ({ metadata }, nowMs) =>
  ageText(nowMs - Date.parse(metadata.creationTimestamp)),
);
const readyOf: Cell = ({ spec, status }) =>
  `${Number(status?.['readyReplicas'] ?? 0)}/${Number(spec?.['replicas'] ?? 0)}`;
const containers = (field: string): Cell => {
  return (object) =>
    listAt(object, 'spec', 'template', 'spec', 'containers')
      .map((container) => String(fieldAt(container, field)))
      .join(',');
};
const wideColumns = [
  column('Containers', containers('name'), 1),
  column('Images', containers('image'), 1),
];
const selectorColumn = (...path: string[]): Column =>
  column('Selector', (object) => pairs(fieldAt(object, ...path)), 1);
const dataOf: Cell = (object) =>
  ['data', 'binaryData'].flatMap((field) => Object.keys(Object(object[field]))).length;

const columns: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [nameColumn, column('Status', text('status', 'phase')), ageColumn],
  Pod: [
    nameColumn,
    column('Ready', readyContainers),
    column('Status', podState),
    column('Restarts', (pod) =>
      statuses(pod).reduce<number>(
        (sum, status) => sum + Number(fieldAt(status, 'restartCount')),
        0,
      ),
    ),
    ageColumn,
    column('IP', text('status', 'podIP'), 1),
    column('Node', text('spec', 'nodeName'), 1),
  ],
  Deployment: [
    nameColumn,
    column('Ready', readyOf),
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    ageColumn,
    ...wideColumns,
    selectorColumn('spec', 'selector', 'matchLabels'),
  ],
  ReplicaSet: [
    nameColumn,
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    ageColumn,
    ...wideColumns,
    selectorColumn('spec', 'selector', 'matchLabels'),
  ],
  StatefulSet: [nameColumn, column('Ready', readyOf), ageColumn, ...wideColumns],
  Service: [
    nameColumn,
    column('Type', text('spec', 'type')),
    column('Cluster-IP', text('spec', 'clusterIP')),
    column('External-IP', () => '<none>'),
    column('Port(s)', portsOf),
    ageColumn,
    selectorColumn('spec', 'selector'),
  ],
  ConfigMap: [nameColumn, column('Data', dataOf), ageColumn],
  Secret: [nameColumn, column('Type', text('type')), column('Data', dataOf), ageColumn],
  ServiceAccount: [
    nameColumn,
    column('Secrets', (object) => listAt(object, 'secrets').length),
    ageColumn,
  ],
};

export interface TableOptions {
  readonly nowMs: number;
  /** The whole object beside each row, or just its metadata. */
  readonly wholeObjects: boolean;
  /** A watch says its columns once. */
  readonly withColumns: boolean;
}

export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: object,
  { nowMs, wholeObjects, withColumns }: TableOptions,
) {
  const shown = columns[kind.kind] ?? [nameColumn, ageColumn];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns
      ? shown.map(({ name, priority, type }) => ({
          name,
          type,
          format: name === 'Name' ? 'name' : '',
          description: name,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object, nowMs)),
      object: wholeObjects
        ? object
        : {
            kind: 'PartialObjectMetadata',
            apiVersion: 'meta.k8s.io/v1',
            metadata: object.metadata,
          },
    })),
  };
}

/** Two units while they are small, as `kubectl get` shows ages. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const both = (whole: number, unit: string, rest: number, smaller: string) =>
    rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${smaller}`;
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  return days < 8 ? both(days, 'd', hours % 24, 'h') : `${days}d`;
}

function statuses(pod: KubeObject): readonly unknown[] {
  return listAt(pod, 'status', 'containerStatuses');
}

function readyContainers(pod: KubeObject): string {
  const ready = statuses(pod).filter((status) => fieldAt(status, 'ready') === true).length;
  return `${ready}/${listAt(pod, 'spec', 'containers').length}`;
}

function podState(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const waiting = statuses(pod)
    .map((status) => fieldAt(status, 'state', 'waiting', 'reason'))
    .find((reason) => reason !== undefined);
  return String(waiting ?? fieldAt(pod, 'status', 'phase') ?? 'Unknown');
}

function portsOf(service: KubeObject): string {
  const ports = listAt(service, 'spec', 'ports').map(
    (port) => `${String(fieldAt(port, 'port'))}/${String(fieldAt(port, 'protocol') ?? 'TCP')}`,
  );
  return ports.length === 0 ? '<none>' : ports.join(',');
}

function pairs(value: unknown): string {
  if (!isFields(value)) return '<none>';
  return Object.entries(value)
    .map(([key, own]) => `${key}=${String(own)}`)
    .join(',');
}
