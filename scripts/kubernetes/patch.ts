/**
 * The three ways to patch an object: JSON patch (RFC 6902), merge patch (RFC 7386) and Kubernetes'
 * strategic merge, which merges some lists by a key. Pure: a patched object is a new one.
 */
import { badRequest, Failure } from './failure.ts';
import { type Fields, fieldAt, isFields, isSame } from './object.ts';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** What makes two elements of a list the same one. Lists that are not named here are replaced. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  conditions: 'type',
  ownerReferences: 'uid',
  secrets: 'name',
  topologySpreadConstraints: 'topologyKey',
};
/** Lists of plain values that grow instead of being replaced. */
const mergedValues = ['finalizers'];

/** null takes a field away. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const base = isFields(target) ? target : {};
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(base[key], value);
  }
  return merged;
}

export function strategicPatch(target: unknown, patch: unknown): unknown {
  return strategic(target, patch, '');
}

/** @throws {Failure} 400 or 422 when an operation cannot be carried out. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  return patch.reduce<unknown>(applyOperation, target);
}

function strategic(target: unknown, patch: unknown, name: string): unknown {
  if (Array.isArray(patch)) return strategicList(Array.isArray(target) ? target : [], patch, name);
  if (!isFields(patch)) return patch;
  const base = isFields(target) ? target : {};
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const kept = fieldAt(patch, '$retainKeys');
  const merged: Record<string, unknown> = Array.isArray(kept)
    ? Object.fromEntries(Object.entries(base).filter(([key]) => kept.includes(key)))
    : { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const list = key.slice('$deleteFromPrimitiveList/'.length);
      const gone = Array.isArray(value) ? value : [];
      const values = merged[list];
      if (Array.isArray(values)) merged[list] = values.filter((item) => !gone.includes(item));
    } else if (key.startsWith('$')) {
      // The order of a list, and which fields are kept: both seen to elsewhere.
    } else if (value === null) {
      delete merged[key];
    } else {
      merged[key] = strategic(merged[key], value, key);
    }
  }
  return merged;
}

function strategicList(target: readonly unknown[], patch: readonly unknown[], name: string) {
  if (patch.some((item) => fieldAt(item, '$patch') === 'replace')) {
    return patch.filter((item) => fieldAt(item, '$patch') !== 'replace');
  }
  if (mergedValues.includes(name)) return [...new Set([...target, ...patch])];
  const key = mergeKeyOf(name, patch);
  if (key === undefined) return patch;
  const merged = [...target];
  for (const item of patch) {
    const at = merged.findIndex((known) => isSame(fieldAt(known, key), fieldAt(item, key)));
    if (fieldAt(item, '$patch') === 'delete') {
      if (at >= 0) merged.splice(at, 1);
    } else if (at >= 0) {
      merged[at] = strategic(merged[at], item, '');
    } else {
      merged.push(strategic({}, item, ''));
    }
  }
  return merged;
}

/** `ports` are those of a container or of a service. */
function mergeKeyOf(name: string, patch: readonly unknown[]): string | undefined {
  if (name !== 'ports') return mergeKeys[name];
  return patch.some((item) => fieldAt(item, 'containerPort') !== undefined)
    ? 'containerPort'
    : 'port';
}

function withoutDirectives(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !key.startsWith('$')));
}

function applyOperation(target: unknown, operation: unknown): unknown {
  const path = pointer(fieldAt(operation, 'path'));
  const value = fieldAt(operation, 'value');
  switch (fieldAt(operation, 'op')) {
    case 'add':
      return place(target, path, value, 'add');
    case 'replace':
      readAt(target, path);
      return place(target, path, value, 'replace');
    case 'remove':
      readAt(target, path);
      return place(target, path, undefined, 'remove');
    case 'test':
      if (isSame(readAt(target, path), value)) return target;
      throw unworkable(`testing path /${path.join('/')} failed`);
    case 'copy':
      return place(target, path, readAt(target, pointer(fieldAt(operation, 'from'))), 'add');
    case 'move': {
      const from = pointer(fieldAt(operation, 'from'));
      const moved = readAt(target, from);
      return place(place(target, from, undefined, 'remove'), path, moved, 'add');
    }
    default:
      throw badRequest(`unexpected kind of operation: ${JSON.stringify(operation)}`);
  }
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || !/^(\/.*)?$/s.test(path)) {
    throw badRequest(`a JSON patch's path begins with a slash, not ${JSON.stringify(path)}`);
  }
  const steps = path.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function readAt(target: unknown, path: readonly string[]): unknown {
  const found = fieldAt(target, ...path);
  if (found === undefined) throw unworkable(`doc is missing path: /${path.join('/')}`);
  return found;
}

function place(
  target: unknown,
  [key, ...rest]: readonly string[],
  value: unknown,
  how: 'add' | 'replace' | 'remove',
): unknown {
  if (key === undefined) return value;
  if (rest.length > 0) return withStep(target, key, place(fieldAt(target, key), rest, value, how));
  if (Array.isArray(target)) {
    const at = key === '-' ? target.length : Number(key);
    if (!Number.isInteger(at) || at < 0 || at > target.length) {
      throw unworkable(`doc is missing key: ${key}`);
    }
    const removed = how === 'add' ? 0 : 1;
    return target.toSpliced(at, removed, ...(how === 'remove' ? [] : [value]));
  }
  if (how !== 'remove') return withStep(target, key, value);
  const { [key]: _gone, ...others } = isFields(target) ? target : {};
  return others;
}

function withStep(target: unknown, key: string, value: unknown): unknown {
  if (Array.isArray(target)) return target.with(Number(key), value);
  if (!isFields(target)) throw unworkable(`add operation does not apply: missing path: ${key}`);
  return { ...target, [key]: value };
}

const unworkable = (why: string): Failure =>
  new Failure(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
  );
