/**
 * Answers POST, PUT, PATCH and DELETE: of an object, of a part of it, or of a list.
 */
import { methodNotAllowed, notFound, unsupportedBody } from '../failure.ts';
import type { KubeObject } from '../object.ts';
import type { Objects, Part, Ref } from '../objects.ts';
import { jsonPatch, mergePatch, patchTypes, strategicPatch } from '../patch.ts';
import { scaled, scaleOf } from '../scale.ts';
import { selectorOf } from './reading.ts';
import { type Asked, bodyOf, deleteOptionsOf, type Query, type Target } from './request.ts';

export interface Answer {
  readonly status: 200 | 201;
  readonly body: object;
}

export async function created(objects: Objects, target: Target, query: Query, c: Asked) {
  const { kind, namespace, name } = target;
  if (name !== undefined || (kind.namespaced && namespace === undefined)) throw methodNotAllowed();
  return { status: 201, body: objects.create(target, await bodyOf(c), query) } as const;
}

export async function replacedBy(objects: Objects, target: Target, query: Query, c: Asked) {
  const ref = refOf(target);
  const body = await bodyOf(c);
  if (target.subresource !== 'scale') {
    return ok(objects.update(ref, partOf(target), body, query));
  }
  const after = scaled(ref.kind, objects.get(ref), body);
  return ok(scaleOf(objects.update(ref, 'whole', after, query)));
}

export async function patched(objects: Objects, target: Target, query: Query, c: Asked) {
  const ref = refOf(target);
  const apply = patcherOf(c);
  const patch = await bodyOf(c);
  const before = objects.get(ref);
  if (target.subresource !== 'scale') {
    return ok(objects.update(ref, partOf(target), apply(before, patch), query));
  }
  const after = scaled(ref.kind, before, apply(scaleOf(before), patch));
  return ok(scaleOf(objects.update(ref, 'whole', after, query)));
}

export async function deleted(objects: Objects, target: Target, query: Query, c: Asked) {
  const { options, dryRun } = await deleteOptionsOf(c, query);
  if (target.name === undefined) {
    return ok(
      deletedList(objects, target, query, (ref) => objects.delete(ref, options, { dryRun })),
    );
  }
  const ref = refOf(target);
  const { uid } = objects.get(ref).metadata;
  const going = objects.delete(ref, options, { dryRun });
  return ok(going ?? successOf(ref, uid));
}

function deletedList(
  objects: Objects,
  { kind, namespace }: Target,
  query: Query,
  deleteOne: (ref: Ref) => unknown,
): object {
  const found = objects.store.list(kind, namespace).filter(selectorOf(query));
  for (const { metadata } of found) {
    deleteOne({ kind, namespace: metadata.namespace, name: metadata.name });
  }
  const metadata = { resourceVersion: String(objects.store.version) };
  return {
    kind: `${kind.kind}List`,
    apiVersion: found[0]?.apiVersion ?? 'v1',
    metadata,
    items: found,
  };
}

function successOf({ kind, name }: Ref, uid: string): object {
  const group = kind.group === '' ? {} : { group: kind.group };
  const details = { name, ...group, kind: kind.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function refOf({ kind, namespace, name }: Target): Ref {
  if (name === undefined) throw methodNotAllowed();
  return { kind, namespace, name };
}

/** @throws {Failure} 404 for a part that the kind does not have. */
function partOf({ kind, name = '', subresource }: Target): Part {
  if (subresource === undefined) return 'whole';
  if (subresource === 'status' && kind.hasStatus) return 'status';
  if (subresource === 'finalize' && kind.kind === 'Namespace') return 'finalize';
  throw notFound(kind, `${name}/${subresource}`);
}

type Patcher = (target: KubeObject | object, patch: unknown) => unknown;

function patcherOf(c: Asked): Patcher {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim();
  switch (type) {
    case patchTypes.json:
      return jsonPatch;
    case patchTypes.merge:
      return mergePatch;
    case patchTypes.strategic:
      return strategicPatch;
    default:
      throw unsupportedBody(Object.values(patchTypes));
  }
}

const ok = (body: object): Answer => ({ status: 200, body });
