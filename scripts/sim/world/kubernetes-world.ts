// Kubernetes in memory: namespaces with labels, which take a while to go, and what is deployed into them. Nothing runs.
// Remembers who made what. What a program may ask of it is in kubernetes-api.ts.
import type { BatchId } from '../../../schemas/ids.ts';

type Labels = Readonly<Record<string, string>>;

/** What the job that makes a namespace makes. */
export interface NamespaceOrder {
  readonly name: string;
  readonly labels: Labels;
}

export interface WorldNamespace extends NamespaceOrder {
  readonly uid: string;
  readonly version: number;
  readonly createdAt: number;
  /** When it is gone; null unless it is being deleted. */
  readonly goneAt: number | null;
  /** `test`: a job of ours made it, in this life or in one that is forgotten. */
  readonly owner: 'test' | 'somebody';
  /** null: of no batch that there is. */
  readonly madeBy: BatchId | null;
}

export interface WorldWorkload {
  readonly name: string;
  readonly image: string;
  readonly wanted: number;
  /** From when on it is ready; null: never. */
  readonly readyAt: number | null;
}

const ENDING_MS = 90_000;

export class KubernetesWorld {
  readonly #now: () => number;
  readonly #namespaces = new Map<string, WorldNamespace>();
  readonly #workloads = new Map<string, WorldWorkload>();
  #version = 0;
  /** By the last request to delete one, as it was; null when that was refused. */
  lastDeleted: WorldNamespace | null = null;

  constructor(now: () => number) {
    this.#now = now;
    for (const name of ['default', 'kube-system'])
      this.make({ name, labels: {} }, null, 'somebody');
  }

  /** Oldest first, those too that are being deleted. */
  get namespaces(): readonly WorldNamespace[] {
    const now = this.#now();
    for (const [name, { goneAt }] of this.#namespaces)
      if (goneAt !== null && goneAt <= now) this.#namespaces.delete(name);
    return [...this.#namespaces.values()];
  }

  find(name: string): WorldNamespace | null {
    return this.namespaces.find((namespace) => namespace.name === name) ?? null;
  }

  /** Nothing happens when there is one of that name. */
  make(
    { name, labels }: NamespaceOrder,
    madeBy: BatchId | null,
    owner: WorldNamespace['owner'],
  ): void {
    if (this.find(name)) return;
    const createdAt = this.#now();
    this.#put({
      ...{ name, labels, uid: `uid-${this.#version}`, version: 0, createdAt },
      ...{ goneAt: null, owner, madeBy },
    });
  }

  /** Whoever changes the labels answers for it from then on. */
  relabel(name: string, labels: Labels, owner: WorldNamespace['owner']): void {
    const known = this.find(name);
    if (known) this.#put({ ...known, labels, owner });
  }

  /** It takes a while. */
  delete(name: string): void {
    const known = this.find(name);
    if (known?.goneAt === null) this.#put({ ...known, goneAt: this.#now() + ENDING_MS });
  }

  /** At once, as when a person has taken every finalizer off. */
  remove(name: string): void {
    this.#namespaces.delete(name);
  }

  deploy(workload: WorldWorkload): void {
    this.#workloads.set(workload.name, workload);
  }

  /** All in one namespace. */
  get workloads(): readonly (WorldWorkload & { readonly ready: number })[] {
    return [...this.#workloads.values()].map((workload) => {
      const isReady = workload.readyAt !== null && workload.readyAt <= this.#now();
      return { ...workload, ready: isReady ? workload.wanted : 0 };
    });
  }

  #put(namespace: WorldNamespace): void {
    this.#version += 1;
    this.#namespaces.set(namespace.name, { ...namespace, version: this.#version });
  }
}
