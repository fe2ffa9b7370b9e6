// What a person may write in build.yaml: the file's frame and the fields of each kind of step, with an
// error text that says what to write instead. One file at a time: whether names lead somewhere is the
// compiler's question.
import { z } from 'zod';
import { resourcesSchema } from './job-spec.ts';
import { didYouMean } from './nearest-name.ts';

const shown = (input: unknown): string => {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? JSON.stringify(input) : String(input);
};

/** Texts follow the field's name: `"image" is missing`. */
const must =
  (be: string) =>
  ({ input }: { input?: unknown }) =>
    input === undefined ? 'is missing' : `must be ${be}, not ${shown(input)}`;

/** A mapping that knows its fields; an unknown one is reported with the nearest known. */
const record = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return must('a mapping')(issue);
      const key = String(issue.keys[0]);
      return `unknown field "${key}"${didYouMean(key, Object.keys(shape))}`;
    },
  });

const list = <Item extends z.ZodType>(item: Item) => z.array(item, { error: must('a list') });
const text = () => z.string({ error: must('text (put it in quotes)') }).min(1, 'must not be empty');
const flag = () => z.boolean({ error: must('true or false') });

/** `valueFrom: step.field` or `valueFrom: global.field`: looked up when the step is compiled. */
const reference = record({
  valueFrom: text().regex(
    /^[^.\s]+(\.[^.\s]+)+$/,
    'must be a name with a field, such as image.image',
  ),
});
export type ValueFrom = z.infer<typeof reference>;
const textOrReference = z.union([z.string(), reference], {
  error: must('text, or a mapping with valueFrom'),
});

const copies = list(record({ from: text(), to: text() }));
const absolute = (what: string) => text().startsWith('/', `must start with "/": ${what}`);
const inputs = list(record({ from: absolute('a path in the batch'), to: text() })).default([]);
const outputs = list(record({ from: text(), to: absolute('a path in the batch') })).default([]);

/** The names that every template sees; a step of that name would hide one. */
const RESERVED_NAMES = ['global', 'code', 'scope', 'deploy', 'token', 'ci_storage_uri', 'loop'];

const name = text()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'must be letters, digits, _ and -, beginning with a letter')
  .max(100, 'must be at most 100 characters')
  .refine((value) => !RESERVED_NAMES.includes(value), 'is a name that templates use already');

const everyStep = {
  name,
  dependsOn: list(text()).default([]),
  scopes: list(
    z.enum(['test', 'deploy', 'dev'], { error: must('test, deploy or dev') }),
  ).optional(),
  clouds: list(text()).optional(),
  /** Runs only when it is named, not when something depends on it. */
  runIfRequested: flag().default(false),
  /** A PR with one of these labels runs the step whatever its scopes. */
  forceIfLabeled: list(text()).default([]),
};

const resources = record(resourcesSchema.shape).optional();
const namespaced = { name: textOrReference, namespace: textOrReference };

export const runImageStepSchema = record({
  ...everyStep,
  kind: z.literal('runImage'),
  image: textOrReference,
  /** Jinja2, then bash. */
  script: text(),
  inputs,
  outputs,
  resources,
  port: z
    .int({ error: must('a port number') })
    .min(1)
    .max(65535)
    .optional(),
  secrets: list(record({ ...namespaced, mountPath: absolute('where the job finds it') })).default(
    [],
  ),
  serviceAccount: record(namespaced).optional(),
  alwaysRun: flag().default(false),
  /** Seconds; 0 means no limit. */
  timeout: z
    .number({ error: must('seconds') })
    .min(0, 'must be seconds, or 0 for no limit')
    .default(3600),
  /** That many jobs, each told its index. */
  numSplits: z
    .int({ error: must('a whole number') })
    .min(1, 'must be 1 or more')
    .max(1000, 'must be at most 1000')
    .default(1),
  network: z.enum(['public', 'private'], { error: must('public or private') }).default('public'),
});

export const buildImageStepSchema = record({
  ...everyStep,
  kind: z.enum(['buildImage2', 'buildImage']),
  publishAs: text().regex(
    /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/,
    'must be an image name: lower case letters and digits, with . _ - between',
  ),
  dockerFile: z.union([text(), record({ inline: text() })], {
    error: must("a path, or a mapping with inline: the Dockerfile's text"),
  }),
  /** Absent: an empty context. */
  contextPath: text().optional(),
  inputs,
  resources,
  buildArgs: list(
    record({
      name: text().regex(/^[A-Za-z_]\w*$/, "must be an ARG's name"),
      value: textOrReference,
    }),
  ).default([]),
});

export type RunImageStep = z.infer<typeof runImageStepSchema>;
export type BuildImageStep = z.infer<typeof buildImageStepSchema>;
export type Step = RunImageStep | BuildImageStep;
export type Copies = z.infer<typeof copies>;

export const stepSchemas: Readonly<Record<Step['kind'], z.ZodType<Step>>> = {
  runImage: runImageStepSchema,
  buildImage2: buildImageStepSchema,
  buildImage: buildImageStepSchema,
};

/** Kinds of the same file format that Sluice does not compile. */
export const UNSUPPORTED_KINDS = ['createNamespace', 'deploy', 'createDatabase2'] as const;

/** The frame: each entry of `steps` is then parsed by its kind. */
export const buildYamlSchema = record({
  /** Where in the batch's storage the repository lies; used to choose steps by changed files. */
  repoPrefix: text().optional(),
  alwaysRunSteps: list(text()).default([]),
  steps: list(z.looseObject({ kind: text() }, { error: must('a mapping') })),
});
