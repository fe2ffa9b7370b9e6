/**
 * What can be done with objects: created, replaced, patched and deleted, each with the checks that
 * Kubernetes makes and the metadata that it keeps. Knows no HTTP.
 */
import type { Dice } from './dice.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  invalid,
  namespaceEnds,
  notFound,
} from './failure.ts';
import { apiVersionOf, type Kind, kinds, namespaceKind } from './kinds.ts';
import { labelComplaints } from './labels.ts';
import { type Draft, fieldAt, isSame, type KubeObject, type Meta, readDraft } from './object.ts';
import { complaintsAbout, hasContentFinalizer, nameComplaints, withDefaults } from './rules.ts';
import type { Store } from './store.ts';

export interface Place {
  readonly kind: Kind;
  /** undefined for kinds without namespaces. */
  readonly namespace: string | undefined;
}
export interface Ref extends Place {
  readonly name: string;
}

export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: string;
}

/** What of an object a request is about. */
export type Part = 'whole' | 'status' | 'finalize';

export interface WriteOptions {
  /** Everything is checked, and nothing is kept. */
  readonly dryRun: boolean;
}
/** The system's own, which nobody can delete. */
export const immortalNamespaces = ['default', 'kube-system', 'kube-public'];
const forReal: WriteOptions = { dryRun: false };

export class Objects {
  readonly store: Store;
  readonly #dice: Dice;
  readonly #now: () => number;

  constructor(store: Store, dice: Dice, now: () => number) {
    this.store = store;
    this.#dice = dice;
    this.#now = now;
  }

  /** @throws {Failure} 404 */
  get({ kind, namespace, name }: Ref): KubeObject {
    const object = this.store.get(kind, namespace, name);
    if (!object) throw notFound(kind, name);
    return object;
  }

  /** @throws {Failure} 400, 403, 404, 409, 422 */
  create(place: Place, body: unknown, { dryRun } = forReal): KubeObject {
    const { kind, namespace } = place;
    const draft = this.#read(place, body);
    const name = this.#nameFor(kind, draft);
    if (draft.metadata.resourceVersion) {
      throw badRequest('resourceVersion should not be set on objects to be created');
    }
    if (kind.namespaced) this.#checkNamespace(kind, name, namespace ?? '');
    if (this.store.get(kind, namespace, name)) throw alreadyExists(kind, name);
    const complete = withDefaults(kind, kind.hasStatus ? { ...draft, status: undefined } : draft);
    const complaints = [
      ...nameComplaints(kind, name),
      ...labelComplaints(complete.metadata),
      ...complaintsAbout(kind, complete, null),
    ];
    if (complaints.length > 0) throw invalid(kind, name, complaints);
    const { status, spec: _spec, ...rest } = complete;
    const object: KubeObject = {
      ...rest,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: this.#newMeta(place, name, draft),
      ...this.#specOf(kind, complete),
      ...(status ? { status } : {}),
    };
    return dryRun ? object : this.store.put(kind, object);
  }

  /** @throws {Failure} 400, 404, 409, 422 */
  update(ref: Ref, part: Part, body: unknown, { dryRun } = forReal): KubeObject {
    const { kind, name } = ref;
    const before = this.get(ref);
    const draft = this.#read(ref, body);
    const { uid, resourceVersion, name: sentName = name } = draft.metadata;
    if (sentName !== name) {
      throw badRequest(
        `the name of the object (${sentName}) does not match the name on the URL (${name})`,
      );
    }
    checkPreconditions(ref, before, { uid, resourceVersion });
    const after = replaced(kind, before, draft, part);
    const complaints =
      part === 'whole'
        ? [...labelComplaints(after.metadata), ...complaintsAbout(kind, readDraft(after), before)]
        : [];
    if (complaints.length > 0) throw invalid(kind, name, complaints);
    if (dryRun) return after;
    if (isFinished(kind, after)) return this.store.remove(kind, after);
    return isSame(after, before) ? before : this.store.put(kind, after);
  }

  /** @returns the object that goes by and by, or null when it is gone. @throws {Failure} 404, 409 */
  delete(ref: Ref, { preconditions = {}, propagationPolicy }: DeleteOptions, { dryRun } = forReal) {
    const { kind } = ref;
    const before = this.get(ref);
    checkPreconditions(ref, before, preconditions);
    if (kind === namespaceKind && immortalNamespaces.includes(ref.name)) {
      throw forbidden(kind, ref.name, 'this namespace may not be deleted');
    }
    if (dryRun) return null;
    if (propagationPolicy === 'Orphan') this.#orphan(before);
    if (before.metadata.deletionTimestamp) return before;
    const going: KubeObject = {
      ...before,
      metadata: {
        ...before.metadata,
        deletionTimestamp: this.timestamp(),
        deletionGracePeriodSeconds: 0,
      },
      ...(kind === namespaceKind ? { status: { ...before.status, phase: 'Terminating' } } : {}),
    };
    if (!isFinished(kind, going)) return this.store.put(kind, going);
    this.store.remove(kind, before);
    return null;
  }

  timestamp(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  suffix(): string {
    return this.#dice.suffix(5);
  }

  /** Those it owns are nobody's from now on. */
  #orphan({ metadata: { uid } }: KubeObject): void {
    for (const kind of kinds) {
      for (const object of this.store.list(kind)) {
        const owners = object.metadata.ownerReferences ?? [];
        const left = owners.filter((owner) => owner.uid !== uid);
        if (left.length === owners.length) continue;
        this.store.put(kind, {
          ...object,
          metadata: { ...object.metadata, ownerReferences: left },
        });
      }
    }
  }

  /** @throws {Failure} 400 when it says that it is something else, or somewhere else. */
  #read({ kind, namespace }: Place, body: unknown): Draft {
    const draft = readDraft(body);
    const version = apiVersionOf(kind);
    if (draft.apiVersion !== undefined && draft.apiVersion !== version) {
      throw badRequest(
        `the API version in the data (${draft.apiVersion}) does not match the expected API ` +
          `version (${version})`,
      );
    }
    if (draft.kind !== undefined && draft.kind !== kind.kind) {
      throw badRequest(
        `${draft.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`,
      );
    }
    const said = draft.metadata.namespace;
    if (said && said !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    return draft;
  }

  #nameFor(kind: Kind, { metadata }: Draft): string {
    if (metadata.name) return metadata.name;
    if (metadata.generateName) return metadata.generateName + this.suffix();
    const message = 'Required value: name or generateName is required';
    throw invalid(kind, '', [{ field: 'metadata.name', message, reason: 'FieldValueRequired' }]);
  }

  #checkNamespace(kind: Kind, name: string, namespace: string): void {
    const found = this.get({ kind: namespaceKind, namespace: undefined, name: namespace });
    if (found.metadata.deletionTimestamp) throw namespaceEnds(kind, name, namespace);
  }

  #newMeta({ kind, namespace }: Place, name: string, { metadata }: Draft): Meta {
    const { labels, annotations, finalizers, ownerReferences, generateName } = metadata;
    // A namespace can be selected by its name, which is a label for that.
    const own = kind === namespaceKind ? { 'kubernetes.io/metadata.name': name } : {};
    const allLabels = { ...labels, ...own };
    return {
      name,
      ...(generateName === undefined ? {} : { generateName }),
      ...(namespace === undefined ? {} : { namespace }),
      uid: this.#dice.uid(),
      resourceVersion: '',
      creationTimestamp: this.timestamp(),
      ...(kind.countsGenerations ? { generation: 1 } : {}),
      ...(Object.keys(allLabels).length === 0 ? {} : { labels: allLabels }),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    };
  }

  #specOf(kind: Kind, { spec }: Draft): { spec?: Record<string, unknown> } {
    if (!spec) return {};
    const needsAddress = kind.kind === 'Service' && spec['type'] !== 'ExternalName';
    if (!needsAddress || spec['clusterIP'] !== undefined) return { spec };
    const clusterIP = this.#dice.clusterIp();
    return { spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
  }
}

/** Nothing holds it any longer. */
function isFinished(kind: Kind, object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  return (
    deletionTimestamp !== undefined && finalizers.length === 0 && !hasContentFinalizer(kind, object)
  );
}

/** The object as it will be: what a client may not change stays as it was. */
function replaced(kind: Kind, before: KubeObject, draft: Draft, part: Part): KubeObject {
  const { status: sent } = draft;
  if (part === 'status') return { ...before, ...(sent ? { status: sent } : {}) };
  if (part === 'finalize') return { ...before, spec: draft.spec ?? {} };
  const { labels, annotations, finalizers, ownerReferences } = draft.metadata;
  const { spec, status, ...rest } = withDefaults(kind, draft);
  const changed = kind.countsGenerations && !isSame(spec, before.spec);
  const address = fieldAt(before, 'spec', 'clusterIP');
  const {
    labels: _labels,
    annotations: _annotations,
    finalizers: _finalizers,
    ownerReferences: _owners,
    ...kept
  } = before.metadata;
  const finalStatus = kind.hasStatus ? before.status : status;
  return {
    ...rest,
    apiVersion: before.apiVersion,
    kind: before.kind,
    metadata: {
      ...kept,
      ...(changed ? { generation: (kept.generation ?? 0) + 1 } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers?.length ? { finalizers } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    },
    ...(spec ? { spec: address === undefined ? spec : { clusterIP: address, ...spec } } : {}),
    ...(finalStatus ? { status: finalStatus } : {}),
  };
}

function checkPreconditions(
  { kind, name }: Ref,
  { metadata }: KubeObject,
  wanted: { uid?: string | undefined; resourceVersion?: string | undefined },
): void {
  if (wanted.uid && wanted.uid !== metadata.uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${wanted.uid}, ` +
        `UID in object meta: ${metadata.uid}`,
    );
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== metadata.resourceVersion) {
    throw conflict(kind, name);
  }
}
