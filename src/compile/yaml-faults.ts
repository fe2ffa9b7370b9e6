// What a YAML parser lets pass, or finds at a high price, and nobody means: a key that is there twice, and
// aliases of aliases that stand for more text than a computer can hold. It looks at nodes only.
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isPair,
  isScalar,
  type Scalar,
} from 'yaml';

export interface Fault {
  readonly message: string;
  readonly node: Scalar | Alias;
}

/** Of nodes that one alias may stand for, and all of them together. */
const ALIASED_NODES_MAX = 100_000;

/** The first, roughly in the file's order. */
export function faultOf(document: Document): Fault | null {
  /** By anchor: the nodes that it holds, with those behind its aliases. Anchors come before aliases. */
  const sizes = new Map<string, number>();
  let aliased = 0;
  const open: { node: unknown; inside: readonly string[] }[] = [
    { node: document.contents, inside: [] },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, inside } = next;
    const size = isAlias(node) ? (sizes.get(node.source) ?? 0) : 1;
    const anchor = isAnchored(node) ? node.anchor : null;
    const anchors = anchor ? [...inside, anchor] : inside;
    if (anchor) sizes.set(anchor, 0);
    for (const name of anchors) sizes.set(name, (sizes.get(name) ?? 0) + size);
    if (isAlias(node)) {
      aliased += size;
      if (aliased > ALIASED_NODES_MAX || inside.includes(node.source))
        return { message: 'aliases stand for more than a file may hold; write it out', node };
    }
    const below = childrenOf(node);
    if (below.twice)
      return {
        message: `the key "${String(below.twice.value)}" is there twice; remove one`,
        node: below.twice,
      };
    for (const child of below.values.toReversed()) open.push({ node: child, inside: anchors });
  }
  return null;
}

const isAnchored = (node: unknown): node is { readonly anchor: string } =>
  (isCollection(node) || isScalar(node)) && typeof node.anchor === 'string';

function childrenOf(node: unknown): { values: unknown[]; twice: Scalar | null } {
  const values: unknown[] = [];
  const keys = new Set<unknown>();
  for (const item of isCollection(node) ? node.items : []) {
    const key = isPair(item) && isScalar(item.key) ? item.key : null;
    if (key && keys.has(key.value)) return { values, twice: key };
    if (key) keys.add(key.value);
    values.push(isPair(item) ? item.value : item);
  }
  return { values, twice: null };
}
