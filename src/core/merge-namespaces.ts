// What the branches say of namespaces, each by itself -> one list. A developer's is in every branch's table, so that any
// of them may be lost; one that several know is told once. Pure.
import type { NamespaceStatus } from '../../schemas/cluster-status.ts';

/** By name. */
export function mergeNamespaces(lists: readonly (readonly NamespaceStatus[])[]): NamespaceStatus[] {
  const merged = new Map<string, NamespaceStatus>();
  for (const status of lists.flat()) {
    const known = merged.get(status.namespace);
    merged.set(status.namespace, known ? merge(known, status) : status);
  }
  return [...merged.values()].toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** What is tested or deployed there says more than that somebody has told us of it. */
const RANK = { test: 0, deploy: 1, developer: 2 } as const;

function merge(a: NamespaceStatus, b: NamespaceStatus): NamespaceStatus {
  const [first, second] = RANK[a.kind] <= RANK[b.kind] ? [a, b] : [b, a];
  const services = { ...second.services };
  // A limit that one of them has forgotten still holds.
  for (const [name, limit] of Object.entries(first.services))
    services[name] = limit ?? services[name] ?? null;
  const creation_time = a.creation_time < b.creation_time ? a.creation_time : b.creation_time;
  return { ...first, creation_time, services };
}
