// The words that the fields of build.yaml are described in: text, lists, mappings, references, each with
// an error text that says what to write instead. It knows no field by name.
import { z } from 'zod';
import { didYouMean } from './nearest-name.ts';

const SHOWN_MAX_CHARS = 80;

const shown = (input: unknown): string => {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  if (typeof input !== 'string') return String(input);
  return JSON.stringify(
    input.length > SHOWN_MAX_CHARS ? `${input.slice(0, SHOWN_MAX_CHARS)}…` : input,
  );
};

/** Texts follow the field's name: `"image" is missing`. */
export const must =
  (be: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? 'is missing' : `must be ${be}, not ${shown(input)}`;

/** A mapping that knows its fields; an unknown one is reported with the nearest known. */
export const record = <Shape extends z.core.$ZodLooseShape>(shape: Shape, be = 'a mapping') =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return must(be)(issue);
      const key = String(issue.keys[0]);
      return `unknown field "${key}"${didYouMean(key, Object.keys(shape))}`;
    },
  });

export const list = <Item extends z.ZodType>(item: Item) =>
  z.array(item, { error: must('a list') });
export const text = () =>
  z.string({ error: must('text (put it in quotes)') }).min(1, 'must not be empty');
export const flag = () => z.boolean({ error: must('true or false') });
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: must(orList(words)) });
export const seconds = () => z.number({ error: must('seconds') });

/** `a, b or c` */
const orList = (words: readonly string[]): string =>
  words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;

const valueFrom = text().regex(
  /^[^.\s]+(\.[^.\s]+)+$/,
  'must be a name with a field, such as image.image',
);

/** `valueFrom: step.field` or `valueFrom: global.field`: looked up when the step is compiled. */
const reference = record({ valueFrom });
export type ValueFrom = z.infer<typeof reference>;

export const textOrReference = z.union([z.string(), reference], {
  error: must('text, or a mapping with valueFrom'),
});

/** Of a namespace: never literal, so that a test cannot deploy into a namespace that is in use. */
export const namespaceReference = record(
  { valueFrom },
  'a mapping with valueFrom, the name of a createNamespace step',
);

export const absolute = (what: string) => text().startsWith('/', `must start with "/": ${what}`);

const KUBERNETES_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const kubernetesLabel = () =>
  text()
    .regex(KUBERNETES_LABEL, 'must be a Kubernetes name: lower case letters, digits and -')
    .max(63, 'must be at most 63 characters');

const copies = list(record({ from: text(), to: text() }));
export type Copies = z.infer<typeof copies>;
export const inputs = list(record({ from: absolute('a path in the batch'), to: text() })).default(
  [],
);
export const outputs = list(record({ from: text(), to: absolute('a path in the batch') })).default(
  [],
);
