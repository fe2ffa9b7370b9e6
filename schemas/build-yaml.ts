// What a person may write in build.yaml: the file's frame and the fields of each kind of step. One step
// at a time: whether names lead somewhere is the compiler's question. docs/build-yaml.md tells users.
import { z } from 'zod';
import { resourcesSchema } from './job-spec.ts';
import {
  absolute,
  flag,
  inputs,
  kubernetesLabel,
  list,
  must,
  namespaceReference,
  oneOf,
  outputs,
  record,
  seconds,
  text,
  textOrReference,
} from './step-words.ts';

/** The names that every template sees; a step of that name would hide one. */
const RESERVED_NAMES = ['global', 'code', 'scope', 'deploy', 'token', 'ci_storage_uri', 'loop'];

const name = text()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'must be letters, digits, _ and -, beginning with a letter')
  .max(100, 'must be at most 100 characters')
  .refine((value) => !RESERVED_NAMES.includes(value), 'is a name that templates use already');

const everyStep = {
  name,
  dependsOn: list(text()).default([]),
  /** Absent: in all. */
  scopes: list(oneOf(['test', 'deploy', 'dev'])).optional(),
  /** Absent: in all. */
  clouds: list(text()).optional(),
  /** Runs only when it is named, not when something depends on it. */
  runIfRequested: flag().default(false),
  /** A PR with one of these labels runs the step whatever its scopes. */
  forceIfLabeled: list(text()).default([]),
};

const resources = record(resourcesSchema.shape).optional();
/** Absent: the deployment's own. */
const regions = list(text()).min(1, 'must name a region').optional();
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
  regions,
  port: z
    .int({ error: must('a port number') })
    .min(1, 'must be a port number')
    .max(65535, 'must be a port number')
    .optional(),
  secrets: list(record({ ...namespaced, mountPath: absolute('where the job finds it') })).default(
    [],
  ),
  serviceAccount: record(namespaced).optional(),
  alwaysRun: flag().default(false),
  /** Seconds; 0 means no limit. */
  timeout: seconds().min(0, 'must be seconds, or 0 for no limit').default(3600),
  /** That many jobs, each told its index. */
  numSplits: z
    .int({ error: must('a whole number') })
    .min(1, 'must be 1 or more')
    .max(1000, 'must be at most 1000')
    .default(1),
  network: oneOf(['public', 'private']).default('public'),
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
  regions,
  buildArgs: list(
    record({
      name: text().regex(/^[A-Za-z_]\w*$/, "must be an ARG's name"),
      value: textOrReference,
    }),
  ).default([]),
});

export const createNamespaceStepSchema = record({
  ...everyStep,
  kind: z.literal('createNamespace'),
  /** The namespace itself in scope deploy; in the others, the one whose secrets are copied. */
  namespaceName: kubernetesLabel(),
  secrets: list(
    record({
      name: text(),
      /** Absent: in all. */
      clouds: list(text()).optional(),
      /** Not an error when it is not there. */
      optional: flag().default(false),
    }),
  ).default([]),
  network: oneOf(['public', 'private']).default('private'),
});

const timeout = seconds().positive('must be more than 0 seconds').optional();
const waitSchema = z.discriminatedUnion(
  'kind',
  [
    record({
      kind: z.literal('Deployment'),
      name: kubernetesLabel(),
      for: oneOf(['available']).default('available'),
      timeout,
    }),
    record({
      kind: z.literal('StatefulSet'),
      name: kubernetesLabel(),
      for: oneOf(['available']).default('available'),
      timeout,
    }),
    record({
      kind: z.literal('Service'),
      name: kubernetesLabel(),
      for: oneOf(['alive']).default('alive'),
      /** What stands behind it, under the same name. */
      resource_type: text()
        .regex(/^(deployment|statefulset)$/i, 'must be deployment or statefulset')
        .default('deployment'),
      timeout,
    }),
    record({
      kind: z.literal('Pod'),
      name: kubernetesLabel(),
      for: oneOf(['completed']).default('completed'),
      timeout,
    }),
  ],
  { error: 'must be Deployment, StatefulSet, Service or Pod' },
);

export const deployStepSchema = record({
  ...everyStep,
  kind: z.literal('deploy'),
  namespace: namespaceReference,
  /** A file of the repository: Jinja2, then what `kubectl apply` takes. */
  config: text()
    .max(1000, 'must be at most 1,000 characters')
    .refine(
      (path) => !path.startsWith('/') && !path.split('/').some((part) => /^\.{0,2}$/.test(part)),
      'must be a path from the top of the repository, such as app/deployment.yaml',
    ),
  /** Services that the batch's page links to. */
  link: list(text()).default([]),
  wait: list(waitSchema).default([]),
});

export const createDatabaseStepSchema = record({
  ...everyStep,
  kind: z.literal('createDatabase2'),
  databaseName: text().regex(
    /^[A-Za-z][A-Za-z0-9_-]*$/,
    'must be letters, digits, _ and -, beginning with a letter',
  ),
  namespace: namespaceReference,
  /** With bash, mysql, kubectl, jq and, for migrations that are scripts of it, python3. */
  image: textOrReference,
  migrations: list(
    record({
      name: text()
        .regex(/^[A-Za-z0-9._-]+$/, 'must be letters, digits, . _ and -')
        .max(100, 'must be at most 100 characters'),
      script: text().regex(/\.(sql|py)$/, 'must end with .sql or .py'),
      /** May be applied while what uses the database runs. */
      online: flag().default(false),
    }),
  ).default([]),
  /** What is stopped before the first migration that is not online. */
  shutdowns: list(
    record({
      kind: oneOf(['Deployment', 'StatefulSet']),
      namespace: namespaceReference,
      name: kubernetesLabel(),
    }),
  ).default([]),
  inputs,
});

export type RunImageStep = z.infer<typeof runImageStepSchema>;
export type BuildImageStep = z.infer<typeof buildImageStepSchema>;
export type CreateNamespaceStep = z.infer<typeof createNamespaceStepSchema>;
export type DeployStep = z.infer<typeof deployStepSchema>;
export type CreateDatabaseStep = z.infer<typeof createDatabaseStepSchema>;
export type Wait = z.infer<typeof waitSchema>;
export type Step =
  | RunImageStep
  | BuildImageStep
  | CreateNamespaceStep
  | DeployStep
  | CreateDatabaseStep;

export const stepSchemas: Readonly<Record<Step['kind'], z.ZodType<Step>>> = {
  runImage: runImageStepSchema,
  buildImage2: buildImageStepSchema,
  buildImage: buildImageStepSchema,
  createNamespace: createNamespaceStepSchema,
  deploy: deployStepSchema,
  createDatabase2: createDatabaseStepSchema,
};

/** What is looked at first in an entry of `steps`. */
export const anyStepSchema = z.looseObject({ kind: text() }, { error: must('a mapping') });

/** The frame: each entry of `steps` is then parsed by its kind. */
export const buildYamlSchema = record({
  /** Where in the batch's storage the repository lies; used to choose steps by changed files. */
  repoPrefix: absolute("where in the batch's storage the repository lies").optional(),
  /** Never left out when steps are chosen by changed files. */
  alwaysRunSteps: list(text()).default([]),
  steps: list(z.unknown()),
});
