/**
 * Runs one attempt of one job: copies in, the command, copies out. Reports how it ended; what
 * follows from that is the scheduler's business.
 */
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { supportedRegions } from './access.ts';
import { type CopyPair, copyPair } from './files.ts';
import type { JobSpec } from './job-spec.ts';
import { type Ended, killByEnvironment, runCommand } from './process.ts';
import type { CompleteState, Container, ContainerName, Containers, Outcome } from './record.ts';
import { type IoMode, invocation } from './sandbox.ts';
import { grantsOf, kubeconfigPath, type SecretPlaces } from './secrets.ts';

/** What all jobs of one local Batch share. */
export interface Workshop extends SecretPlaces {
  readonly bucketDir: string;
  readonly ioMode: IoMode;
  /** Extra environment of every job. */
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
}

export interface AttemptOrder {
  readonly batchId: number;
  readonly jobId: number;
  readonly groupId: number;
  readonly attemptId: string;
  readonly spec: JobSpec;
  /** Holds the logs; everything else in it is removed when the attempt is over. */
  readonly folder: string;
  /** Aborted with the reason `cancelled`, `preempted` or `shutdown`. */
  readonly signal: AbortSignal;
  /** Told whenever a container starts or ends. */
  readonly onContainer: (containers: Containers) => void;
}

/** Node fires a timer that is set for longer at once. */
const longestTimerMs = 2 ** 31 - 1;
const standInDir = join(import.meta.dirname, 'bin');

export function logPath(attemptFolder: string, container: ContainerName): string {
  return join(attemptFolder, `${container}.log`);
}

export async function runAttempt(order: AttemptOrder, workshop: Workshop): Promise<Outcome> {
  const containers: Containers = {};
  const run = async (name: ContainerName, work: () => Promise<Ended>): Promise<Container> => {
    const startMs = workshop.now();
    containers[name] = { state: 'running', startMs };
    order.onContainer({ ...containers });
    const container = await contained(work, startMs, workshop.now);
    containers[name] = container;
    order.onContainer({ ...containers });
    return container;
  };
  const { input_files: inputs = [], output_files: outputs = [] } = order.spec;
  const scratch = ['io', 'home', 'tmp', 'root'].map((name) => join(order.folder, name));
  for (const folder of scratch) await mkdir(folder, { recursive: true });
  try {
    if (inputs.length > 0) {
      const input = await run('input', () => copyFiles('input', inputs, order, workshop));
      if (input.state !== 'succeeded') return { state: jobState(input), containers };
    }
    const main = await run('main', () => runMain(order, workshop));
    const copyOut = main.state === 'succeeded' || order.spec.always_copy_output;
    if (outputs.length === 0 || !copyOut || order.signal.aborted) {
      return { state: jobState(main), containers };
    }
    const output = await run('output', () => copyFiles('output', outputs, order, workshop));
    return { state: jobState(main.state === 'succeeded' ? output : main), containers };
  } finally {
    killByEnvironment('HAIL_ATTEMPT_ID', new Set([order.attemptId]));
    // Best effort: a job may leave folders behind that even their owner cannot empty.
    for (const folder of scratch)
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function contained(
  work: () => Promise<Ended>,
  startMs: number,
  now: () => number,
): Promise<Container> {
  const error = (text: string, shortError: string | null): Container => {
    return { state: 'error', startMs, endMs: now(), error: text, shortError };
  };
  try {
    const ended = await work();
    switch (ended.kind) {
      case 'exited': {
        const state = ended.code === 0 ? 'succeeded' : 'failed';
        return { state, startMs, endMs: now(), exitCode: ended.code };
      }
      case 'timed_out':
        return error('ContainerTimeoutError: timed out', 'timed out');
      case 'aborted':
        return { state: 'cancelled', startMs, endMs: now() };
      default:
        throw new Error(`unknown end ${JSON.stringify(ended satisfies never)}`);
    }
  } catch (fault) {
    // The machine's fault (disk full, say), not the job's: Batch calls that an error of the job.
    return error(String(fault), null);
  }
}

function jobState(container: Container): CompleteState {
  switch (container.state) {
    case 'succeeded':
      return 'Success';
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Cancelled';
    case 'error':
    case 'running':
      return 'Error';
    default:
      throw new Error(`unknown container ${JSON.stringify(container satisfies never)}`);
  }
}

async function runMain(order: AttemptOrder, workshop: Workshop): Promise<Ended> {
  const { spec, folder, signal } = order;
  if (spec.process.type === 'jvm') throw new Error('the local Batch does not run jvm jobs');
  if (spec.process.command.length === 0) throw new Error('the command is empty');
  const { mounts, notes } = grantsOf(spec, workshop);
  for (const note of notes) await appendFile(logPath(folder, 'main'), `${note}\n`);
  const cwd = join(folder, 'home');
  const places = { io: join(folder, 'io'), root: join(folder, 'root') };
  const job = { argv: spec.process.command, env: jobEnvironment(order, workshop), mounts };
  return runCommand({
    ...invocation(workshop.ioMode, places, cwd, job),
    cwd,
    logPath: logPath(folder, 'main'),
    timeoutMs: spec.timeout === undefined ? null : Math.min(spec.timeout * 1000, longestTimerMs),
    signal,
  });
}

/** The job's own variables win over ours, except those by which Batch tells a job who it is. */
function jobEnvironment(order: AttemptOrder, workshop: Workshop): Record<string, string> {
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: join(order.folder, 'home'),
    TMPDIR: join(order.folder, 'tmp'),
    ...workshop.env,
    ...kubeconfigOf(order.spec, workshop),
  };
  for (const { name, value } of order.spec.env) if (name) env[name] = value ?? '';
  return {
    ...env,
    PATH: `${standInDir}${delimiter}${env['PATH']}`,
    HAIL_REGION: supportedRegions[0] ?? '',
    HAIL_BATCH_ID: String(order.batchId),
    HAIL_JOB_ID: String(order.jobId),
    HAIL_JOB_GROUP_ID: String(order.groupId),
    HAIL_ATTEMPT_ID: order.attemptId,
    ...portOf(order.spec),
    // For the stand-ins of bin/.
    LOCAL_BATCH_BUCKET_DIR: workshop.bucketDir,
    LOCAL_BATCH_NODE: process.execPath,
  };
}

/** A container's port is mapped to one of its machine; a process here has it as it is. */
function portOf({ port }: JobSpec): Record<string, string> {
  if (port === undefined) return {};
  return { HAIL_BATCH_WORKER_PORT: String(port), HAIL_BATCH_WORKER_IP: '127.0.0.1' };
}

function kubeconfigOf(
  { service_account: account }: JobSpec,
  { kubeconfig, ioMode }: Workshop,
): Record<string, string> {
  if (!account || kubeconfig === null) return {};
  return { KUBECONFIG: ioMode.kind === 'namespace' ? kubeconfigPath : kubeconfig };
}

async function copyFiles(
  name: ContainerName,
  pairs: readonly CopyPair[],
  order: AttemptOrder,
  workshop: Workshop,
): Promise<Ended> {
  const places = { bucketDir: workshop.bucketDir, ioDir: join(order.folder, 'io') };
  const say = (line: string) => appendFile(logPath(order.folder, name), `${line}\n`);
  for (const pair of pairs) {
    try {
      const files = await copyPair(pair, places, order.signal);
      await say(`${pair.from} -> ${pair.to}: ${files} ${files === 1 ? 'file' : 'files'}`);
    } catch (error) {
      if (order.signal.aborted) return { kind: 'aborted' };
      await say(error instanceof Error ? error.message : String(error));
      return { kind: 'exited', code: 1 };
    }
  }
  return { kind: 'exited', code: 0 };
}
