/**
 * The words of Batch's protocol: what a batch, an update, a job group and a job may say. Knows
 * nothing of who asks (access.ts) or of what runs.
 */
import { z } from 'zod';
import { Refusal } from './refusal.ts';
import {
  bool,
  dictOf,
  either,
  here,
  int,
  isNot,
  keyed,
  listOf,
  matching,
  naturalInt,
  nonEmpty,
  number,
  oneOf,
  parseAs,
  positiveInt,
  str,
} from './validation.ts';

const k8sName = matching(
  '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*',
  253,
);
const copyPair = keyed({ from: str, to: str });
const sizePattern = '[+]?((?:[0-9]*[.])?[0-9]+)([KMGTP][i]?)?B?';
const size = matching(sizePattern);

const processSpec = z.discriminatedUnion(
  'type',
  [
    keyed({ command: listOf(str), image: str, type: z.literal('docker') }),
    keyed({
      jar_spec: keyed({ type: oneOf('git_revision', 'jar_url'), value: str }),
      command: listOf(str),
      profile: bool.default(false),
      type: z.literal('jvm'),
    }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union' ? `${here} must be one of: {'docker', 'jvm'}` : isNot('dict'),
  },
);

/** In the order in which Batch looks at them. */
const jobSpec = keyed({
  always_copy_output: bool.default(true),
  always_run: bool.default(false),
  attributes: dictOf(str).optional(),
  env: listOf(keyed({ name: str.optional(), value: str.optional() })).default([]),
  cloudfuse: listOf(keyed({ bucket: nonEmpty, mount_path: nonEmpty, read_only: bool })).optional(),
  input_files: listOf(copyPair).optional(),
  job_id: int,
  mount_tokens: bool.optional(),
  n_max_attempts: int.default(20),
  network: oneOf('public', 'private').optional(),
  unconfined: bool.optional(),
  output_files: listOf(copyPair).optional(),
  parent_ids: listOf(int).optional(),
  absolute_parent_ids: listOf(int).optional(),
  in_update_parent_ids: listOf(int).optional(),
  absolute_job_group_id: int.optional(),
  in_update_job_group_id: int.optional(),
  port: int.optional(),
  process: processSpec,
  regions: listOf(str).optional(),
  requester_pays_project: str.optional(),
  resources: keyed({
    memory: either(size, oneOf('lowmem', 'standard', 'highmem')).optional(),
    cpu: matching('[+]?((?:[0-9]*[.])?[0-9]+)([m])?').optional(),
    storage: size.optional(),
    machine_type: str.optional(),
    preemptible: bool.optional(),
  }).optional(),
  secrets: listOf(keyed({ namespace: k8sName, name: k8sName, mount_path: str })).optional(),
  service_account: keyed({ namespace: k8sName, name: k8sName }).optional(),
  timeout: number('x > 0', (x) => x > 0).optional(),
  user_code: str.optional(),
});
export type JobSpec = Omit<z.infer<typeof jobSpec>, 'parent_ids'>;

const count = int.refine((n) => n >= 0, `${here} does not satisfy the condition x >= 0`);

const shortText = str.max(100, `length of ${here} must be <= 100`);

const batchSpec = keyed({
  attributes: dictOf(str).nullish(),
  billing_project: str,
  callback: str.nullish(),
  n_jobs: count,
  n_job_groups: count.default(0),
  token: shortText,
  cancel_after_n_failures: positiveInt.nullish(),
});
export type BatchSpec = z.infer<typeof batchSpec>;

const updateSpec = keyed({
  token: shortText,
  n_jobs: naturalInt,
  n_job_groups: naturalInt.default(0),
});
export type UpdateSpec = z.infer<typeof updateSpec>;

const jobGroupSpec = keyed({
  job_group_id: int,
  attributes: dictOf(str).nullish(),
  callback: str.nullish(),
  cancel_after_n_failures: positiveInt.nullish(),
  absolute_parent_id: int.nullish(),
  in_update_parent_id: int.nullish(),
});
export type JobGroupSpec = z.infer<typeof jobGroupSpec>;

/** @throws {Refusal} 400 with the first thing that is wrong, in Batch's words. */
export function parseBatchSpec(body: unknown): BatchSpec {
  return parseAs(batchSpec, 'batch', body);
}

/** @throws {Refusal} 400. */
export function parseUpdateSpec(body: unknown): UpdateSpec {
  return parseAs(updateSpec, 'batch_update', body);
}

/** The groups of one bunch. @throws {Refusal} 400 */
export function parseJobGroups(body: unknown): JobGroupSpec[] {
  if (!Array.isArray(body)) throw new Refusal(400, 'job groups is not list');
  const groups = body.map((group: unknown, i) => parseAs(jobGroupSpec, `job_groups[${i}]`, group));
  refuseGaps(
    'job group',
    groups.map((group) => group.job_group_id),
  );
  return groups;
}

/**
 * The jobs of one bunch, defaults filled in and old spellings made new.
 * @throws {Refusal} 400: deprecated keys are looked at first, then the schema, then the ids' order.
 */
export function parseBunch(body: unknown): JobSpec[] {
  if (!Array.isArray(body)) throw new Refusal(400, 'jobs is not list');
  const jobs = body.map((job: unknown, i): JobSpec => {
    const place = `jobs[${i}]`;
    const { parent_ids: parents, ...spec } = parseAs(jobSpec, place, modernised(job, place));
    return parents === undefined ? spec : { ...spec, absolute_parent_ids: parents };
  });
  refuseGaps(
    'job',
    jobs.map((job) => job.job_id),
  );
  return jobs;
}

function refuseGaps(what: string, ids: readonly number[]): void {
  for (const [i, id] of ids.entries()) {
    const previous = ids[i - 1];
    if (previous === undefined || id === previous + 1) continue;
    throw new Refusal(400, `noncontiguous ${what} ids found in the spec: ${previous} -> ${id}`);
  }
}

/** Old clients put the process' keys at the top, `pvc_size` beside `resources`, and so on. */
function modernised(body: unknown, place: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const job: Record<string, unknown> = { ...body };
  moveStorage(job, place);
  moveProcess(job, place);
  dropDockerSocket(job);
  if ('gcsfuse' in job) {
    job['cloudfuse'] = job['gcsfuse'];
    delete job['gcsfuse'];
  }
  return job;
}

function moveStorage(job: Record<string, unknown>, place: string): void {
  if (!('pvc_size' in job)) return;
  const resources: object = Object(job['resources']);
  if ('storage' in resources) {
    throw new Refusal(
      400,
      `${place}.resources.storage is already defined, ` +
        "but deprecated key 'pvc_size' is also present.",
    );
  }
  const hint = '[pvc_size key is DEPRECATED. Use resources.storage]';
  const storage = underHint(hint, () => parseAs(size, `${place}.pvc_size`, job['pvc_size']));
  job['resources'] = { ...resources, storage };
  delete job['pvc_size'];
}

function moveProcess(job: Record<string, unknown>, place: string): void {
  const keys = ['command', 'image'];
  if ('process' in job) {
    if (!keys.some((key) => key in job)) return;
    throw new Refusal(
      400,
      `${place}.process is already defined, but deprecated keys 'command', 'image' ` +
        'are also present. Please remove deprecated keys.',
    );
  }
  const missing = keys.filter((key) => !(key in job)).map((key) => `'${key}'`);
  if (missing.length > 0) {
    throw new Refusal(
      400,
      `${place}.process is not defined, but deprecated keys [${missing.join(', ')}] ` +
        `are not in ${place}`,
    );
  }
  const hint =
    '[command, image keys are DEPRECATED. Use process.command, process.image, ' +
    "with process.type = 'docker'.]";
  job['process'] = {
    type: 'docker',
    command: underHint(hint, () => parseAs(listOf(str), `${place}.command`, job['command'])),
    image: underHint(hint, () => parseAs(str, `${place}.image`, job['image'])),
  };
  for (const key of keys) delete job[key];
}

/** Old clients may say that they do not want it. */
function dropDockerSocket(job: Record<string, unknown>): void {
  const { process } = job;
  if (typeof process !== 'object' || process === null || !('mount_docker_socket' in process)) {
    return;
  }
  const { mount_docker_socket: wanted, ...rest } = process;
  if (wanted) {
    throw new Refusal(
      400,
      'mount_docker_socket is no longer supported but was set to True in request. Please upgrade.',
    );
  }
  job['process'] = rest;
}

function underHint<T>(hint: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.status, `${hint} ${error.message}`);
    throw error;
  }
}
