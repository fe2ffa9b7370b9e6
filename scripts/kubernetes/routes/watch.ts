/**
 * Answers a watch: one JSON line for each change to what is selected, until its time is up, its
 * client leaves or it is ended. An object that comes to be selected is ADDED, one that no longer is
 * is DELETED.
 */
import { badRequest, tooOld } from '../failure.ts';
import { apiVersionOf } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import type { Objects } from '../objects.ts';
import type { Matches } from '../selectors.ts';
import type { Change } from '../store.ts';
import { tableOf } from '../table.ts';
import { type Form, selectorOf, tableOptions } from './reading.ts';
import type { Query, Target } from './request.ts';

export interface Watches {
  readonly bookmarkEveryMs: number;
  /** Each ends one watch. */
  readonly running: Set<() => void>;
}

/** Node fires a timer that is set for longer at once. */
const longestTimerMs = 2 ** 31 - 1;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** @throws {Failure} 400 */
export function watched(
  objects: Objects,
  target: Target,
  query: Query,
  form: Form,
  watches: Watches,
): Response {
  const { store } = objects;
  const matches = selectorOf(query);
  const start = startOf(query.resourceVersion);
  let stop = (): void => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = writer(controller, target, query, form);
      const bookmark = (annotations?: object): void =>
        write('BOOKMARK', bookmarkOf(target, store.version, annotations));
      const unsubscribe = store.subscribe((change) => {
        const event = eventOf(change, target, matches);
        if (event) write(event, change.object);
      });
      const marks = query.allowWatchBookmarks
        ? setInterval(bookmark, watches.bookmarkEveryMs).unref()
        : null;
      const deadline =
        query.timeoutSeconds === null
          ? null
          : setTimeout(
              () => {
                if (query.allowWatchBookmarks) bookmark();
                stop();
              },
              Math.min(query.timeoutSeconds * 1000, longestTimerMs),
            ).unref();
      stop = () => {
        unsubscribe();
        if (marks) clearInterval(marks);
        if (deadline) clearTimeout(deadline);
        if (!watches.running.delete(stop)) return;
        controller.close();
      };
      watches.running.add(stop);
      if (begin(objects, { target, query, matches, start }, write)) {
        if (query.sendInitialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
      } else {
        stop();
      }
    },
    cancel() {
      watches.running.delete(stop);
      stop();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'application/json' } });
}

type Write = (type: EventType, object: object) => void;

/** What there is, or what has happened since. @returns false when that is forgotten */
function begin(
  { store }: Objects,
  asked: { target: Target; query: Query; matches: Matches; start: number | null },
  write: Write,
): boolean {
  const { target, query, matches, start } = asked;
  if (start === null || query.sendInitialEvents) {
    const found = store.list(target.kind, target.namespace).filter(matches);
    for (const object of found) write('ADDED', object);
    return true;
  }
  const changes = store.changesSince(start);
  if (changes === null) {
    write('ERROR', tooOld(start, store.oldest));
    return false;
  }
  for (const change of changes) {
    const event = eventOf(change, target, matches);
    if (event) write(event, change.object);
  }
  return true;
}

/** null when what is selected has not changed. */
function eventOf(change: Change, { kind, namespace }: Target, matches: Matches): EventType | null {
  if (change.kind !== kind) return null;
  if (namespace !== undefined && change.object.metadata.namespace !== namespace) return null;
  const did = change.before !== null && matches(change.before);
  const does = change.type !== 'DELETED' && matches(change.object);
  if (did) return does ? 'MODIFIED' : 'DELETED';
  return does ? 'ADDED' : null;
}

function writer(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { kind }: Target,
  query: Query,
  form: Form,
): Write {
  const encoder = new TextEncoder();
  let withColumns = true;
  return (type, object) => {
    const isOne = type !== 'BOOKMARK' && type !== 'ERROR';
    const shown =
      form.asTable && isOne
        ? tableOf(kind, [object as KubeObject], {}, tableOptions(query, form.now(), withColumns))
        : object;
    if (isOne) withColumns = false;
    controller.enqueue(encoder.encode(`${JSON.stringify({ type, object: shown })}\n`));
  };
}

function bookmarkOf({ kind }: Target, version: number, annotations?: object): object {
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: {
      resourceVersion: String(version),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    },
  };
}

/** null = from what there is now. */
function startOf(resourceVersion: string): number | null {
  if (resourceVersion === '' || resourceVersion === '0') return null;
  if (!/^\d+$/.test(resourceVersion)) {
    throw badRequest(`invalid resource version: ${resourceVersion}`);
  }
  return Number(resourceVersion);
}
