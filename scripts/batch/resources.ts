/**
 * What a job asks for, as Batch counts it. Nothing is reserved on this machine: the numbers are
 * checked and shown, because the real Batch refuses what it cannot satisfy.
 */
import type { JobSpec } from './job-spec.ts';
import { Refusal } from './refusal.ts';

export interface Resources {
  readonly req_cpu: string;
  readonly req_memory: string;
  readonly req_storage: string;
  readonly cores_mcpu: number;
  readonly memory_bytes: number;
  readonly storage_gib: number;
  readonly preemptible: boolean;
  readonly machine_type?: string;
}

const gib = 2 ** 30;
const mib = 2 ** 20;
/** Of the biggest machine in the real Batch's pools. */
const mostCoresMcpu = 16_000;
const mostStorageGib = 64 * 1024;
const bytesPerCore: Record<string, number> = {
  lowmem: 924 * mib,
  standard: 3840 * mib,
  highmem: 6656 * mib,
};

/**
 * @param name how Batch names the job in a refusal: `(batch, job)`.
 * @throws {Refusal} 400 when no machine of the real Batch could run it.
 */
export function resourcesOf(spec: JobSpec, name: string): Resources {
  const asked = spec.resources ?? {};
  if (asked.machine_type !== undefined && (asked.cpu ?? asked.memory) !== undefined) {
    throw new Refusal(400, `cannot specify cpu and memory with machine_type for job ${name}`);
  }
  const { cpu = '1', memory = 'standard', storage = '0Gi', preemptible = true } = asked;
  const mcpu = milliCores(cpu);
  if (mcpu < 250 || !Number.isInteger(Math.log2(mcpu / 250))) {
    throw new Refusal(
      400,
      `bad resource request for job ${name}: ` +
        `cpu must be a power of two with a min of 0.25; found ${cpu}.`,
    );
  }
  const memoryBytes = ((bytesPerCore[memory] ?? 0) * mcpu) / 1000 || sizeBytes(memory);
  const storageGib = Math.ceil(sizeBytes(storage) / gib);
  const mostMemory = ((bytesPerCore['highmem'] ?? 0) * mostCoresMcpu) / 1000;
  if (mcpu > mostCoresMcpu || memoryBytes > mostMemory || storageGib > mostStorageGib) {
    throw new Refusal(
      400,
      `resource requests for job ${name} are unsatisfiable: ` +
        `cpu=${cpu}, memory=${memory}, storage=${storage}, preemptible=${preemptible}`,
    );
  }
  return {
    req_cpu: cpu,
    req_memory: memory,
    req_storage: storage,
    cores_mcpu: mcpu,
    memory_bytes: Math.ceil(memoryBytes),
    storage_gib: storageGib,
    preemptible,
    ...(asked.machine_type === undefined ? {} : { machine_type: asked.machine_type }),
  };
}

function milliCores(cpu: string): number {
  return cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000;
}

/** `1.5Gi`, `500M`, `1000`: the form was checked with the schema. */
function sizeBytes(size: string): number {
  const [, number = '0', unit = ''] = /^\+?([0-9.]+)([KMGTP]?i?)B?$/.exec(size) ?? [];
  const power = ' KMGTP'.indexOf(unit.charAt(0) || ' ');
  return Math.ceil(Number(number) * (unit.endsWith('i') ? 1024 : 1000) ** power);
}
