// Which filters of a template are ours, where they are put without being written, and what the others ask of
// their arguments. Their names only; what they do is in render.ts and work-limit.ts.
import type { Token } from './jinja-tokens.ts';

/** Filters that are ours, because what they make may be large; work-limit.ts has them. */
export const COUNTED = new Set(
  'upper lower replace join indent center wordcount truncate format'.split(' '),
);
/** Filters of the engine that make more than they were given. */
export const ENLARGING = new Set(['batch', 'slice', 'tojson', 'pprint']);
export const isSmall = ({ kind, text }: Token): boolean =>
  kind === 'number' ? /^\d{1,3}$/.test(text) : kind !== 'sign' || !/[*]/.test(text);

/** The attribute that every item must have, as a literal. */
export function attributeAsked(filter: string, [first, sign, value, ...more]: readonly Token[]) {
  const words = more.map(({ text }) => text);
  if (first?.text === 'attribute' && sign?.text === '=' && value?.kind === 'string')
    return words.includes('default') ? null : value.text;
  if (!['selectattr', 'rejectattr', 'groupby'].includes(filter) || first?.kind !== 'string')
    return null;
  return /defined|default/.test([value?.text, ...words].join(' ')) ? null : first.text;
}

/** A dict's methods whose results are in its order. */
export const VIEWS: Readonly<Record<string, string>> = {
  items: 'python_items',
  keys: 'python_keys',
  values: 'python_values',
};

/** Tests that Python answers with no, as they ask for the kind of a value. */
export const ANSWERS_OF_UNDEFINED = new Set(
  'defined undefined none boolean string number integer float mapping'.split(' '),
);

/** What a loop over it goes through: of a dict the keys, in its order. */
export const pythonIterated = (expression: string): string =>
  `((${expression})|python_keys if (${expression}) is mapping else (${expression}))`;

/** Prints as Python does. Whole numbers and text go by untouched; JavaScript has no big ones. */
export function pythonPrinted(expression: string): string {
  const e = `(${expression})`;
  return `(${e} if ${e} is string or ${e} is integer else ${e}|python_text)`;
}
