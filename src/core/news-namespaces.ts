// Two states -> what happened to namespaces between them. A part of the news.
import type { News } from '../../schemas/event.ts';
import type { NamespaceRow } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';

export function namespaceNews(before: BranchState, after: BranchState): News[] {
  if (before.namespaces === after.namespaces) return [];
  const removed = Object.entries(before.namespaces).filter(([name]) => !after.namespaces[name]);
  return [
    ...Object.entries(after.namespaces).flatMap(([name, row]) => {
      const known = before.namespaces[name];
      return known === row ? [] : rowNews(name, known, row);
    }),
    ...removed.flatMap(([name, row]) =>
      row.kind === 'developer'
        ? [item('removed', null, `Namespace ${name} was removed`, name)]
        : [],
    ),
  ];
}

function rowNews(name: string, known: NamespaceRow | undefined, row: NamespaceRow): News[] {
  const limited = Object.entries(row.services).flatMap(([service, limit]) => {
    const old = known?.services[service];
    if (old === undefined || old === limit) return [];
    const told = limit === null ? 'without a limit' : `${limit} times a second`;
    return [item('limited', null, `${service} in ${name} may be asked ${told}`, name)];
  });
  if (row.kind === 'developer' && !known) {
    const by = row.by === null ? '' : ` by ${row.by}`;
    return [item('added', null, `Namespace ${name} was added${by}`, name), ...limited];
  }
  return row.kind === 'test' ? [...testNews(name, known, row), ...limited] : limited;
}

function testNews(
  name: string,
  known: NamespaceRow | undefined,
  row: Extract<NamespaceRow, { kind: 'test' }>,
): News[] {
  const { pr, batch, fate, overSince } = row;
  if (!known && row.seen !== null)
    return [
      item('found', pr, `Namespace ${name} is in the cluster, and no batch is known for it`, name),
    ];
  if (fate === null || (known?.kind === 'test' && known.fate !== null)) return [];
  switch (fate.kind) {
    case 'deleted': {
      const of = batch === null ? 'no known batch' : `batch ${batch}`;
      const why = batch !== null && overSince === null ? 'its time is over' : 'it was left behind';
      return [item('deleted', pr, `Deleted namespace ${name} of ${of}: ${why}`, name, batch)];
    }
    case 'left':
      return [item('left', pr, `Namespace ${name} is left alone: ${fate.why}`, name)];
    case 'gone':
      return [];
  }
}

type Kind = 'found' | 'deleted' | 'left' | 'added' | 'removed' | 'limited';

const item = (
  kind: Kind,
  pr: number | null,
  text: string,
  namespace: string,
  batch: number | null = null,
): News => ({
  kind: `namespace.${kind}`,
  pr,
  text,
  data: batch === null ? { namespace } : { namespace, batch },
});
