/**
 * Answers GET of one object and of a list: as objects or as a table, in pages when they are asked
 * for.
 */
import { badRequest, staleContinue } from '../failure.ts';
import { apiVersionOf } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import type { Objects } from '../objects.ts';
import { fieldSelector, labelSelector, type Matches } from '../selectors.ts';
import { tableOf } from '../table.ts';
import type { Query, Target } from './request.ts';

export interface Form {
  readonly asTable: boolean;
  readonly now: () => number;
}

/** @throws {Failure} 400 */
export function selectorOf(query: Query): Matches {
  const byLabel = labelSelector(query.labelSelector);
  const byField = fieldSelector(query.fieldSelector);
  return (object) => byLabel(object) && byField(object);
}

export function tableOptions(query: Query, nowMs: number, withColumns = true) {
  return { nowMs, wholeObjects: query.includeObject === 'Object', withColumns };
}

export function shownObject(target: Target, object: KubeObject, query: Query, form: Form): object {
  if (!form.asTable) return object;
  const { resourceVersion } = object.metadata;
  return tableOf(target.kind, [object], { resourceVersion }, tableOptions(query, form.now()));
}

/** @throws {Failure} 400, 410 */
export function listed(objects: Objects, target: Target, query: Query, form: Form): object {
  const { kind, namespace } = target;
  const { store } = objects;
  const found = store.list(kind, namespace).filter(selectorOf(query));
  const { version, after } = readContinue(query.continue, store.version);
  if (version < store.oldest) throw staleContinue();
  const rest = found.filter((object) => placeOf(object) > after);
  const page = query.limit > 0 ? rest.slice(0, query.limit) : rest;
  const last = page.at(-1);
  const metadata = {
    resourceVersion: String(version),
    ...(last && page.length < rest.length
      ? {
          continue: writeContinue(version, placeOf(last)),
          remainingItemCount: rest.length - page.length,
        }
      : {}),
  };
  if (form.asTable) return tableOf(kind, page, metadata, tableOptions(query, form.now()));
  // The list's own kind says what its items are.
  const items = page.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
}

/** Lists are in the order of this. */
function placeOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function writeContinue(version: number, after: string): string {
  return Buffer.from(JSON.stringify([version, after])).toString('base64url');
}

function readContinue(token: string, version: number): { version: number; after: string } {
  if (token === '') return { version, after: '' };
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(read) && typeof read[0] === 'number' && typeof read[1] === 'string') {
      return { version: read[0], after: read[1] };
    }
  } catch {
    // Not one of ours: said below.
  }
  throw badRequest('continue key is not valid');
}
