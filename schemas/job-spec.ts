// One job exactly as Hail Batch's create-fast takes it, with the rules that Batch enforces, so that a
// refusal comes from us, with a place in build.yaml, and not from Batch after the check was posted.
// Only the fields that Sluice sends; Batch refuses unknown ones, so this schema does too.
import { z } from 'zod';

const CPU = /^\+?((?:\d*\.)?\d+)(m?)$/;
const SIZE = /^\+?((?:\d*\.)?\d+)([KMGTP]i?)?B?$/;
const KUBERNETES_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const CORES_MAX = 16;
/** Of the biggest machine in any cloud's pools. */
const MEMORY_MAX = 128 * 2 ** 30;
const STORAGE_MAX = 64 * 2 ** 40;

function isPowerOfTwoCpu(text: string): boolean {
  const [, amount, milli] = CPU.exec(text) ?? [];
  const mcpu = milli ? Number(amount) : Number(amount) * 1000;
  return mcpu >= 250 && mcpu <= CORES_MAX * 1000 && Number.isInteger(Math.log2(mcpu / 250));
}

/** A size that is no size has no bytes: its form is another check. */
function bytesOf(text: string): number {
  const [, amount, unit = ''] = SIZE.exec(text) ?? [];
  const power = ' KMGTP'.indexOf(unit.charAt(0) || ' ');
  return Number(amount ?? 0) * (unit.endsWith('i') ? 1024 : 1000) ** power;
}

const text = (what: string) =>
  z.string({
    error: ({ input }) => `must be text, ${what}; got ${JSON.stringify(input) ?? 'none'}`,
  });

const size = (what: string) => text(what).regex(SIZE, { error: `must be ${what}` });

/** Linux gives one argument of a program so much, its end mark not counted. */
const ARGUMENT_MAX_BYTES = 128 * 1024 - 1;
const isArgument = (value: string): boolean =>
  // In UTF-8 a unit of JavaScript's text is three bytes at most.
  value.length * 3 <= ARGUMENT_MAX_BYTES ||
  new TextEncoder().encode(value).length <= ARGUMENT_MAX_BYTES;

/** Amounts are text, as Batch wants them: `cpu: "2"`. */
export const resourcesSchema = z.strictObject({
  cpu: text('such as "0.5" or "2" (in quotes)')
    .refine(isPowerOfTwoCpu, { error: `must be a power of two, from "0.25" to "${CORES_MAX}"` })
    .optional(),
  memory: text('such as "standard" or "3.75Gi"')
    .refine((value) => ['lowmem', 'standard', 'highmem'].includes(value) || SIZE.test(value), {
      error: 'must be lowmem, standard, highmem, or a size such as "3.75Gi"',
    })
    .refine((value) => bytesOf(value) <= MEMORY_MAX, { error: 'must be at most "128Gi"' })
    .optional(),
  storage: size('a size such as "10Gi"')
    .refine((value) => bytesOf(value) <= STORAGE_MAX, { error: 'must be at most "64Ti"' })
    .optional(),
  preemptible: z.boolean({ error: 'must be true or false' }).optional(),
  /** A machine of its own, whatever its size. */
  machine_type: text('such as "n1-standard-4"').min(1, 'must not be empty').optional(),
});

/** Not part of the schema above, so that its shape stays open to others. */
const hasOneSize = ({ machine_type, cpu, memory }: z.infer<typeof resourcesSchema>): boolean =>
  machine_type === undefined || (cpu === undefined && memory === undefined);

const kubernetesName = z
  .string()
  .regex(KUBERNETES_NAME, {
    error: 'must be a Kubernetes name: lower case letters, digits, - and .',
  })
  .max(253, { error: 'must be at most 253 characters' });

const copySchema = z.strictObject({ from: z.string().min(1), to: z.string().min(1) });

export const jobSpecSchema = z.strictObject({
  /** 1-based within the update, contiguous. */
  job_id: z.int().positive(),
  /** 1-based ids within the same update. */
  in_update_parent_ids: z.array(z.int().positive()),
  process: z.strictObject({
    type: z.literal('docker'),
    image: z.string().min(1, { error: 'must name an image' }),
    /** The whole argv. */
    command: z
      .array(
        z.string().refine(isArgument, {
          error: 'is longer than the 128 KiB that a command can have; put the rest in a file',
        }),
      )
      .min(1),
  }),
  always_run: z.boolean(),
  /** Sent in any case: Batch's own default is true. */
  always_copy_output: z.boolean(),
  attributes: z.record(z.string(), z.string()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  input_files: z.array(copySchema).optional(),
  output_files: z.array(copySchema).optional(),
  /** Absent means public. */
  network: z.enum(['public', 'private']).optional(),
  unconfined: z.boolean().optional(),
  port: z.int().min(1).max(65535).optional(),
  regions: z.array(z.string().min(1, { error: 'must name a region' })).min(1),
  resources: resourcesSchema
    .refine(hasOneSize, { error: 'must not have cpu or memory beside machine_type' })
    .optional(),
  secrets: z
    .array(
      z.strictObject({
        namespace: kubernetesName,
        name: kubernetesName,
        mount_path: z.string().startsWith('/', { error: 'must be an absolute path' }),
      }),
    )
    .optional(),
  service_account: z.strictObject({ namespace: kubernetesName, name: kubernetesName }).optional(),
  /** Seconds for the main container; absent means no limit. */
  timeout: z.number().positive().optional(),
});

export type JobSpec = z.infer<typeof jobSpecSchema>;
export type Resources = z.infer<typeof resourcesSchema>;
