/**
 * The words of Batch's protocol: what a batch, an update and a job may say, and the sentence with
 * which Batch refuses anything else. Knows nothing of who asks (authorize.ts) or of what runs.
 */
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const k8sName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/);
const nonEmpty = z.string().min(1);
const copyPair = z.strictObject({ from: z.string(), to: z.string() });
const cpu = z.string().regex(/^[+]?((?:[0-9]*[.])?[0-9]+)([m])?$/);
const sizePattern = /^[+]?((?:[0-9]*[.])?[0-9]+)([KMGTP][i]?)?B?$/;
const memory = z.string().regex(new RegExp(`${sizePattern.source}|^(lowmem|standard|highmem)$`));

const processSpec = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('docker'),
    image: z.string(),
    command: z.array(z.string()),
    mount_docker_socket: z.literal(false).optional(),
  }),
  z.strictObject({
    type: z.literal('jvm'),
    jar_spec: z.strictObject({ type: z.enum(['git_revision', 'jar_url']), value: z.string() }),
    command: z.array(z.string()),
    profile: z.boolean().optional(),
  }),
]);

const jobSpec = z.strictObject({
  job_id: z.int(),
  process: processSpec,
  always_run: z.boolean().default(false),
  n_max_attempts: z.int().default(20),
  always_copy_output: z.boolean().default(true),
  attributes: z.record(z.string(), z.string()).optional(),
  env: z
    .array(z.strictObject({ name: z.string().optional(), value: z.string().optional() }))
    .default([]),
  input_files: z.array(copyPair).optional(),
  output_files: z.array(copyPair).optional(),
  absolute_parent_ids: z.array(z.int()).optional(),
  in_update_parent_ids: z.array(z.int()).optional(),
  absolute_job_group_id: z.int().optional(),
  in_update_job_group_id: z.int().optional(),
  network: z.enum(['public', 'private']).optional(),
  unconfined: z.boolean().optional(),
  port: z.int().optional(),
  regions: z.array(z.string()).optional(),
  requester_pays_project: z.string().optional(),
  resources: z
    .strictObject({
      cpu: cpu.optional(),
      memory: memory.optional(),
      storage: z.string().regex(sizePattern).optional(),
      machine_type: z.string().optional(),
      preemptible: z.boolean().optional(),
    })
    .optional(),
  secrets: z
    .array(z.strictObject({ namespace: k8sName, name: k8sName, mount_path: z.string() }))
    .optional(),
  service_account: z.strictObject({ namespace: k8sName, name: k8sName }).optional(),
  timeout: z.number().positive().optional(),
  user_code: z.string().optional(),
  cloudfuse: z
    .array(z.strictObject({ bucket: nonEmpty, mount_path: nonEmpty, read_only: z.literal(true) }))
    .optional(),
  mount_tokens: z.boolean().optional(),
});
export type JobSpec = z.infer<typeof jobSpec>;

const batchSpec = z.strictObject({
  billing_project: z.string(),
  n_jobs: z.int().nonnegative(),
  n_job_groups: z.int().nonnegative().default(0),
  token: z.string().max(100),
  attributes: z.record(z.string(), z.string()).nullish(),
  callback: z.string().nullish(),
  cancel_after_n_failures: z.int().positive().nullish(),
});
export type BatchSpec = z.infer<typeof batchSpec>;

const updateSpec = z.strictObject({
  token: z.string().max(100),
  n_jobs: z.int().nonnegative(),
  n_job_groups: z.int().nonnegative().default(0),
});
export type UpdateSpec = z.infer<typeof updateSpec>;

/** @throws {Refusal} 400 with the first thing that is wrong, in Batch's words. */
export function parseBatchSpec(body: unknown): BatchSpec {
  return parseAs(batchSpec, 'batch', body);
}

/** @throws {Refusal} 400. */
export function parseUpdateSpec(body: unknown): UpdateSpec {
  return parseAs(updateSpec, 'batch_update', body);
}

/**
 * The jobs of one bunch, defaults filled in and old spellings made new.
 * @throws {Refusal} 400: deprecated keys are looked at first, then the schema, then the ids' order.
 */
export function parseBunch(body: unknown): JobSpec[] {
  if (!Array.isArray(body)) throw new Refusal(400, 'jobs is not list');
  const jobs = body.map((job: unknown, i) => parseAs(jobSpec, `jobs[${i}]`, modernised(job, i)));
  for (const [i, job] of jobs.entries()) {
    const previous = jobs[i - 1];
    if (previous && job.job_id !== previous.job_id + 1) {
      throw new Refusal(
        400,
        `noncontiguous job ids found in the spec: ${previous.job_id} -> ${job.job_id}`,
      );
    }
  }
  return jobs;
}

const processKeys = ['command', 'image', 'mount_docker_socket'];

/** Old clients put the process' keys at the top, `pvc_size` beside `resources`, and so on. */
function modernised(body: unknown, i: number): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const job: Record<string, unknown> = { ...body };
  const old = processKeys.filter((key) => key in job);
  if ('process' in job && old.length > 0) {
    throw new Refusal(
      400,
      `jobs[${i}].process is already defined, but deprecated keys 'command', 'image', ` +
        `'mount_docker_socket' are also present. Please remove deprecated keys.`,
    );
  }
  if (!('process' in job) && 'command' in job && 'image' in job) {
    job['process'] = { type: 'docker', ...Object.fromEntries(old.map((key) => [key, job[key]])) };
    for (const key of old) delete job[key];
  }
  if ('pvc_size' in job) {
    job['resources'] = { ...Object(job['resources']), storage: job['pvc_size'] };
    delete job['pvc_size'];
  }
  rename(job, 'gcsfuse', 'cloudfuse');
  rename(job, 'parent_ids', 'absolute_parent_ids');
  return job;
}

function rename(job: Record<string, unknown>, from: string, to: string): void {
  if (!(from in job)) return;
  job[to] = job[from];
  delete job[from];
}

function parseAs<T>(schema: z.ZodType<T>, name: string, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues;
  // Batch looks for unknown keys before anything else.
  const first = issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0];
  throw new Refusal(400, first ? sentence(first, name, body) : `${name} is not valid`);
}

const typeNames: Record<string, string> = {
  string: 'str',
  int: 'int',
  number: 'int',
  boolean: 'bool',
  array: 'list',
  object: 'dict',
  record: 'dict',
};

function sentence(issue: z.core.$ZodIssue, root: string, body: unknown): string {
  const name = nameOf(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return `unknown keys in ${name}: {${issue.keys.map((key) => `'${key}'`).join(', ')}}`;
  }
  const parent = nameOf(root, issue.path.slice(0, -1));
  const key = issue.path.at(-1);
  if (key !== undefined && valueAt(body, issue.path) === undefined) {
    return `${parent} missing required key ${String(key)}`;
  }
  if (issue.code === 'invalid_type') {
    return `${name} is not ${typeNames[issue.expected] ?? issue.expected}`;
  }
  return `${name}: ${issue.message}`;
}

function nameOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : `${name}.${String(key)}`),
    root,
  );
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : value),
    body,
  );
}
