/**
 * The scale of a workload: how many replicas it asks for, as an object of its own.
 */
import { invalid } from './failure.ts';
import type { Kind } from './kinds.ts';
import { fieldAt, isFields, type KubeObject } from './object.ts';

export function scaleOf({ metadata, spec, status }: KubeObject) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec?.['replicas'] ?? 0 },
    status: { replicas: status?.['replicas'] ?? 0, selector: selectorText(spec?.['selector']) },
  };
}

/** The workload as that scale would have it. @throws {Failure} 422 */
export function scaled(kind: Kind, object: KubeObject, scale: unknown): KubeObject {
  const replicas = fieldAt(scale, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
    const complaint = { field: 'spec.replicas', message, reason: 'FieldValueInvalid' } as const;
    throw invalid(kind, object.metadata.name, [complaint]);
  }
  const version = fieldAt(scale, 'metadata', 'resourceVersion');
  const { resourceVersion } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      resourceVersion: typeof version === 'string' && version ? version : resourceVersion,
    },
    spec: { ...object.spec, replicas },
  };
}

function selectorText(selector: unknown): string {
  const labels = fieldAt(selector, 'matchLabels');
  if (!isFields(labels)) return '';
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}
