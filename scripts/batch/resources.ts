/**
 * What a job asks for, as Batch counts it, and the pool that would run it. Nothing is reserved on
 * this machine: the numbers are checked and shown, because the real Batch refuses what it cannot
 * satisfy.
 */
import type { JobSpec } from './job-spec.ts';
import { Refusal } from './refusal.ts';

export interface Resources {
  /** Absent, as `req_memory` is, when a machine type was asked for. */
  readonly req_cpu?: string;
  readonly req_memory?: string;
  readonly req_storage: string;
  readonly cores_mcpu: number;
  readonly memory_bytes: number;
  readonly storage_gib: number;
  readonly preemptible: boolean;
  readonly machine_type?: string;
}

export interface Placement {
  readonly pool: string;
  readonly resources: Resources;
}

const gib = 2 ** 30;
const mib = 2 ** 20;
/** Of the biggest machine in the real Batch's pools. */
const mostCoresMcpu = 16_000;
const mostStorageGib = 64 * 1024;
/** The pools, the cheapest first: who names a size gets the first in which it fits. */
const pools = [
  { pool: 'highcpu', memory: 'lowmem', bytesPerCore: 924 * mib },
  { pool: 'standard', memory: 'standard', bytesPerCore: 3840 * mib },
  { pool: 'highmem', memory: 'highmem', bytesPerCore: 6656 * mib },
] as const;
const machineTypes = /^(?:n1-(standard|highmem|highcpu)|g2-(standard))-([1-9]\d?)$/;

/**
 * @param name how Batch names the job in a refusal: `(batch, job)`.
 * @throws {Refusal} 400 when no machine of the real Batch could run it.
 */
export function placementOf(spec: JobSpec, name: string): Placement {
  const asked = spec.resources ?? {};
  checkMachineType(asked);
  if (spec.process.type === 'jvm') checkJvm(asked);
  const { preemptible = true, storage = '0Gi', machine_type: machineType } = asked;
  const storageGib = Math.ceil(sizeBytes(storage) / gib);
  const place = machineType === undefined ? inPool(asked, name) : onMachine(machineType);
  if (place === null || storageGib > mostStorageGib) {
    const shown = machineType === undefined ? { cpu: '1', memory: 'standard', ...asked } : asked;
    throw new Refusal(
      400,
      `resource requests for job ${name} are unsatisfiable: cloud=gcp, ` +
        `cpu=${shown.cpu ?? 'None'}, memory=${shown.memory ?? 'None'}, storage=${storage}, ` +
        `preemptible=${preemptible ? 'True' : 'False'}, machine_type=${machineType ?? 'None'}`,
    );
  }
  const { pool, ...cores } = place;
  return {
    pool,
    resources: {
      ...cores,
      req_storage: storage,
      storage_gib: storageGib,
      preemptible,
      ...(machineType === undefined ? {} : { machine_type: machineType }),
    },
  };
}

type Asked = NonNullable<JobSpec['resources']>;

function inPool({ cpu = '1', memory = 'standard' }: Asked, name: string) {
  const mcpu = milliCores(cpu);
  if (mcpu < 250 || !Number.isInteger(Math.log2(mcpu / 250))) {
    throw new Refusal(
      400,
      `bad resource request for job ${name}: ` +
        `cpu must be a power of two with a min of 0.25; found ${cpu}.`,
    );
  }
  const named = pools.find((candidate) => candidate.memory === memory);
  const wanted = named ? (named.bytesPerCore * mcpu) / 1000 : sizeBytes(memory);
  // A size that fits beside no such number of cores gets more cores.
  for (let cores = mcpu; cores <= mostCoresMcpu; cores *= 2) {
    const fitting = pools.find(({ bytesPerCore }) => (bytesPerCore * cores) / 1000 >= wanted);
    const chosen = named ?? fitting;
    if (!chosen) continue;
    return {
      pool: chosen.pool,
      req_cpu: cpu,
      req_memory: memory,
      cores_mcpu: cores,
      memory_bytes: Math.floor((chosen.bytesPerCore * cores) / 1000),
    };
  }
  return null;
}

function onMachine(machineType: string) {
  const [, n1, g2, cores = '1'] = machineTypes.exec(machineType) ?? [];
  const size = pools.find(({ pool }) => pool === (n1 ?? g2))?.bytesPerCore ?? 0;
  return {
    pool: 'job-private',
    cores_mcpu: Number(cores) * 1000,
    memory_bytes: size * Number(cores),
  };
}

function checkMachineType({ machine_type: machineType, cpu, memory }: Asked): void {
  if (machineType === undefined) return;
  if (!machineTypes.test(machineType)) {
    throw new Refusal(400, `unknown machine type ${machineType} for cloud gcp`);
  }
  if (cpu !== undefined || memory !== undefined) {
    throw new Refusal(400, 'cannot specify cpu and memory with machine_type');
  }
}

function checkJvm({ machine_type: machineType, cpu, memory }: Asked): void {
  if (cpu !== undefined && ![1000, 2000, 4000, 8000].includes(milliCores(cpu))) {
    throw new Refusal(400, 'invalid cpu for jvm jobs. must be 1, 2, 4, or 8');
  }
  if (memory === 'lowmem') throw new Refusal(400, 'jvm jobs cannot be on lowmem machines');
  if (machineType !== undefined) throw new Refusal(400, 'jvm jobs may not specify machine_type');
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
