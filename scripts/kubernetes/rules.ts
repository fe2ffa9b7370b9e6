/**
 * What the kinds that have rules of their own are given by default, and what is complained of in
 * them. Everything else is stored as it comes.
 */
import type { Complaint } from './failure.ts';
import {
  deploymentKind,
  type Kind,
  namespaceKind,
  replicaSetKind,
  statefulSetKind,
} from './kinds.ts';
import {
  type Draft,
  type Fields,
  fieldAt,
  isFields,
  isSame,
  type Labels,
  listAt,
} from './object.ts';
import { objectSelector } from './selectors.ts';

const workloads: readonly Kind[] = [deploymentKind, replicaSetKind, statefulSetKind];
const rolling = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
};

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must " +
  "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for " +
  `validation is '${label}')`;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
  "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for " +
  `validation is '${label}(\\.${label})*')`;

/** Names that are part of a host's name are single labels; those of RBAC may be nearly anything. */
export function nameComplaints(kind: Kind, name: string): Complaint[] {
  if (kind.group === 'rbac.authorization.k8s.io') return [];
  const single = ['Namespace', 'Service'].includes(kind.kind);
  const pattern = single ? `^${label}$` : `^${label}(\\.${label})*$`;
  const most = single ? 63 : 253;
  if (name.length > most) {
    return [invalidValue('metadata.name', name, `must be no more than ${most} characters`)];
  }
  if (new RegExp(pattern).test(name)) return [];
  return [invalidValue('metadata.name', name, single ? labelRule : subdomainRule)];
}

/** The object with what Kubernetes fills in when it is not said. */
export function withDefaults(kind: Kind, draft: Draft): Draft {
  const spec = draft.spec ?? {};
  switch (kind.kind) {
    case 'Namespace':
      return {
        ...draft,
        spec: { finalizers: ['kubernetes'], ...spec },
        status: { phase: 'Active', ...draft.status },
      };
    case 'Pod':
      return { ...draft, spec: podDefaults(spec), status: { phase: 'Pending', ...draft.status } };
    case 'Deployment':
      return {
        ...draft,
        spec: {
          replicas: 1,
          strategy: rolling,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          ...workloadDefaults(spec),
        },
      };
    case 'ReplicaSet':
    case 'StatefulSet':
      return { ...draft, spec: { replicas: 1, ...workloadDefaults(spec) } };
    case 'Secret':
      return secretDefaults(draft);
    case 'Service':
      return { ...draft, spec: serviceDefaults(spec), status: { loadBalancer: {} } };
    default:
      return draft;
  }
}

/** @param before null when it is being created. */
export function complaintsAbout(kind: Kind, draft: Draft, before: Fields | null): Complaint[] {
  const { spec } = draft;
  if (kind.kind === 'Pod') return containerComplaints(spec, 'spec');
  if (kind.kind === 'Service' && listAt(spec, 'ports').length === 0) {
    return spec?.['clusterIP'] === 'None' ? [] : [required('spec.ports')];
  }
  if (!workloads.includes(kind)) return [];
  const replicas = fieldAt(spec, 'replicas');
  const template = fieldAt(spec, 'template', 'metadata', 'labels');
  const labels: Labels = isFields(template) ? (template as Labels) : {};
  const selector = fieldAt(spec, 'selector');
  const complaints = containerComplaints(fieldAt(spec, 'template', 'spec'), 'spec.template.spec');
  if (typeof replicas !== 'number' || replicas < 0 || !Number.isInteger(replicas)) {
    const why = 'must be greater than or equal to 0';
    complaints.push(invalidValue('spec.replicas', replicas, why));
  }
  if (!isFields(selector)) complaints.push(required('spec.selector'));
  else if (!objectSelector(selector)(labels)) {
    const why = '`selector` does not match template `labels`';
    complaints.push(invalidValue('spec.template.metadata.labels', labels, why));
  }
  const old = fieldAt(before, 'spec', 'selector');
  if (before && !isSame(old, selector)) {
    complaints.push(invalidValue('spec.selector', selector, 'field is immutable'));
  }
  return complaints;
}

/** The finalizers that keep a namespace until its content is gone. */
export function hasContentFinalizer(kind: Kind, object: Fields): boolean {
  return kind === namespaceKind && listAt(object, 'spec', 'finalizers').length > 0;
}

function containerComplaints(spec: unknown, path: string): Complaint[] {
  const containers = listAt(spec, 'containers');
  if (containers.length === 0) return [required(`${path}.containers`)];
  return containers.flatMap((container, i) =>
    ['name', 'image']
      .filter((key) => !fieldAt(container, key))
      .map((key) => required(`${path}.containers[${i}].${key}`)),
  );
}

function workloadDefaults(spec: Fields): Fields {
  const template = fieldAt(spec, 'template');
  if (!isFields(template)) return spec;
  const podSpec = template['spec'];
  if (!isFields(podSpec)) return spec;
  return { ...spec, template: { ...template, spec: podDefaults(podSpec) } };
}

function podDefaults(spec: Fields): Fields {
  const containers = listAt(spec, 'containers').map(containerDefaults);
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    ...spec,
    ...(containers.length > 0 ? { containers } : {}),
  };
}

function containerDefaults(container: unknown): unknown {
  if (!isFields(container)) return container;
  const ports = listAt(container, 'ports').map((port) =>
    isFields(port) ? { protocol: 'TCP', ...port } : port,
  );
  return {
    imagePullPolicy: pullPolicy(container['image']),
    ...container,
    ...(ports.length > 0 ? { ports } : {}),
  };
}

function pullPolicy(image: unknown): string {
  const name = String(image).split('/').at(-1) ?? '';
  const isMoving = name.endsWith(':latest') || !/[:@]/.test(name);
  return isMoving ? 'Always' : 'IfNotPresent';
}

function secretDefaults({ stringData, ...draft }: Draft): Draft {
  const plain = isFields(stringData) ? Object.entries(stringData) : [];
  const encoded = plain.map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  const data = isFields(draft['data']) ? draft['data'] : {};
  return { type: 'Opaque', ...draft, data: { ...data, ...Object.fromEntries(encoded) } };
}

function serviceDefaults(spec: Fields): Fields {
  const ports = listAt(spec, 'ports').map((port) =>
    isFields(port) ? { protocol: 'TCP', targetPort: port['port'], ...port } : port,
  );
  return { type: 'ClusterIP', sessionAffinity: 'None', ...spec, ports };
}

const required = (field: string): Complaint => ({
  field,
  message: 'Required value',
  reason: 'FieldValueRequired',
});

function invalidValue(field: string, value: unknown, why: string): Complaint {
  const message = `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`;
  return { field, message, reason: 'FieldValueInvalid' };
}
