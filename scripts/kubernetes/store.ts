/**
 * The objects, and what has happened to them lately. Every change gets the next resource version and
 * is on disk before anybody hears of it. Decides nothing.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { apiVersionOf, type Kind, kinds } from './kinds.ts';
import type { KubeObject } from './object.ts';

export interface Change {
  readonly version: number;
  readonly kind: Kind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** As it was before; null when it was not there. */
  readonly before: KubeObject | null;
}

type Line = Pick<Change, 'type' | 'object'>;
/** Says how far versions have come, when the objects that are left do not. */
type Mark = { readonly type: 'VERSION'; readonly version: number };

export class Store {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #journal: number;
  readonly #changesKept: number;
  #changes: Change[] = [];
  #version = 0;
  /** Changes up to this one are forgotten. */
  #forgotten = 0;

  /** Takes up what is in the folder. @param changesKept how far back a watch may reach */
  constructor(root: string, changesKept: number) {
    this.#changesKept = changesKept;
    mkdirSync(root, { recursive: true });
    const path = join(root, 'journal.jsonl');
    for (const line of readLines(path)) {
      if (line.type === 'VERSION') this.#version = line.version;
      else this.#replay(line);
    }
    this.#forgotten = this.#version;
    // Written anew with what is there now: the changes before this start are nobody's any more.
    const lines = [...this.#objects.values()]
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map((object): Line => ({ type: 'ADDED', object }));
    const mark: Mark = { type: 'VERSION', version: this.#version };
    const text = [mark, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    this.#journal = openSync(path, 'a');
  }

  /** Of the newest change. */
  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf(kind, namespace, name));
  }

  /** By namespace and name. @param namespace undefined for all of them */
  list(kind: Kind, namespace?: string): KubeObject[] {
    const prefix =
      namespace === undefined || !kind.namespaced
        ? `${apiVersionOf(kind)}/${kind.plural}/`
        : keyOf(kind, namespace, '');
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  /** Adds or replaces it. @returns it with its new resource version. */
  put(kind: Kind, draft: KubeObject): KubeObject {
    const { namespace, name } = draft.metadata;
    const before = this.get(kind, namespace, name) ?? null;
    const object = versioned(draft, this.#version + 1);
    this.#record(kind, { type: before ? 'MODIFIED' : 'ADDED', object }, before);
    return object;
  }

  remove(kind: Kind, object: KubeObject): KubeObject {
    const removed = versioned(object, this.#version + 1);
    this.#record(kind, { type: 'DELETED', object: removed }, object);
    return removed;
  }

  /** What came after that version, or null when not all of it is remembered. */
  changesSince(version: number): Change[] | null {
    if (version < this.#forgotten) return null;
    return this.#changes.filter((change) => change.version > version);
  }

  /** The oldest version from which a watch can go on. */
  get oldest(): number {
    return this.#forgotten;
  }

  /** Forgets all changes so far, as a real server does by and by. */
  forget(): void {
    this.#changes = [];
    this.#forgotten = this.#version;
  }

  /** Hears of every change, in order, until the returned function is called. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    closeSync(this.#journal);
  }

  #record(kind: Kind, line: Line, before: KubeObject | null): void {
    writeSync(this.#journal, `${JSON.stringify(line)}\n`);
    this.#apply(kind, line);
    const change: Change = { version: this.#version, kind, before, ...line };
    this.#changes.push(change);
    if (this.#changes.length > this.#changesKept) {
      this.#forgotten = this.#changes.shift()?.version ?? this.#forgotten;
    }
    for (const listener of [...this.#listeners]) listener(change);
  }

  #replay(line: Line): void {
    const { apiVersion, kind: name } = line.object;
    const kind = kinds.find((known) => known.kind === name && apiVersionOf(known) === apiVersion);
    if (kind) this.#apply(kind, line);
  }

  #apply(kind: Kind, { type, object }: Line): void {
    const key = keyOf(kind, object.metadata.namespace, object.metadata.name);
    if (type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#version = Math.max(this.#version, Number(object.metadata.resourceVersion));
  }
}

function keyOf(kind: Kind, namespace: string | undefined, name: string): string {
  const place = kind.namespaced ? `${namespace ?? ''}/` : '';
  return `${apiVersionOf(kind)}/${kind.plural}/${place}${name}`;
}

function versioned(object: KubeObject, version: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

/** Our own writing: trusted without a schema. Half a line at the end was told to nobody. */
function readLines(path: string): (Line | Mark)[] {
  let whole: string;
  try {
    whole = readFileSync(path, 'utf8');
  } catch {
    return []; // The first start.
  }
  const lines = whole.slice(0, whole.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line | Mark);
}
