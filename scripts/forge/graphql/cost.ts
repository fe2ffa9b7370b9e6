// What a GraphQL query costs, as GitHub reckons it: the connections that have to be fetched, by a hundred,
// and the nodes that may come back. Worked out from the document alone, before anything is read.

import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Cost {
  readonly points: number;
  readonly nodes: number;
  /** `owner/name` of the repositories that it asks about. */
  readonly repositories: readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;

const PER_POINT = 100;

function givenValue(node: ValueNode | undefined, variables: Variables): unknown {
  switch (node?.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    default:
      return undefined;
  }
}

const argument = (
  args: readonly ArgumentNode[] | undefined,
  name: string,
  variables: Variables,
): unknown => givenValue(args?.find((one) => one.name.value === name)?.value, variables);

const isSkipped = ({ directives = [] }: SelectionNode, variables: Variables): boolean =>
  directives.some(
    ({ name, arguments: args }) =>
      (name.value === 'include' && argument(args, 'if', variables) === false) ||
      (name.value === 'skip' && argument(args, 'if', variables) === true),
  );

export function costOf(document: DocumentNode, variables: Variables): Cost {
  const fragments = new Map<string, SelectionSetNode>();
  for (const part of document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part.selectionSet);
  }
  const repositories: string[] = [];
  let fetches = 0;
  let nodes = 0;
  const field = (node: FieldNode, times: number): void => {
    const { arguments: args } = node;
    const size = Number(argument(args, 'first', variables) ?? argument(args, 'last', variables));
    if (node.name.value === 'repository') {
      const of = (name: string) => String(argument(args, name, variables));
      repositories.push(`${of('owner')}/${of('name')}`);
    }
    if (Number.isFinite(size)) {
      fetches += times;
      nodes += times * size;
    }
    if (node.selectionSet) walk(node.selectionSet, Number.isFinite(size) ? times * size : times);
  };
  const walk = ({ selections }: SelectionSetNode, times: number): void => {
    for (const one of selections) {
      if (isSkipped(one, variables)) continue;
      if (one.kind === Kind.FIELD) field(one, times);
      else if (one.kind === Kind.INLINE_FRAGMENT) walk(one.selectionSet, times);
      else
        walk(fragments.get(one.name.value) ?? { kind: Kind.SELECTION_SET, selections: [] }, times);
    }
  };
  for (const part of document.definitions) {
    if (part.kind === Kind.OPERATION_DEFINITION) walk(part.selectionSet, 1);
  }
  return { points: Math.max(1, Math.round(fetches / PER_POINT)), nodes, repositories };
}
