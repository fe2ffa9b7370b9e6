/**
 * The sentences in which Batch refuses what it cannot read. Each row is wrong in one thing; the
 * sentence is asserted whole, because clients show it to people.
 */
import { describe, expect, test } from 'vitest';
import { checkJob } from '../../scripts/batch/access.ts';
import {
  parseBatchSpec,
  parseBunch,
  parseJobGroups,
  parseUpdateSpec,
} from '../../scripts/batch/job-spec.ts';
import { Refusal } from '../../scripts/batch/refusal.ts';
import { placementOf } from '../../scripts/batch/resources.ts';
import { type Body, batchBody, script } from './client.ts';

const job = (more: Body): Body => script(1, 'true', more);
const cpuPattern = '[+]?((?:[0-9]*[.])?[0-9]+)([m])?';
const sizePattern = '[+]?((?:[0-9]*[.])?[0-9]+)([KMGTP][i]?)?B?';
const namePattern = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*';

describe('S6.1 a job', () => {
  test.each<[object, string]>([
    [[], "jobs[0] is not <class 'dict'>"],
    [job({ colour: 1, shape: 2 }), "unknown keys in jobs[0]: {'colour', 'shape'}"],
    [job({ env: [{ x: 1 }], always_run: 1 }), "jobs[0].always_run is not <class 'bool'>"],
    [job({ env: [{ name: 1, x: 1 }] }), "unknown keys in jobs[0].env[0]: {'x'}"],
    [job({ env: [{ name: 1 }] }), "jobs[0].env[0].name is not <class 'str'>"],
    [job({ env: {} }), "jobs[0].env is not <class 'list'>"],
    [job({ 'a@b': 1, $: 2 }), "unknown keys in jobs[0]: {'a@b', '$'}"],
    [job({ attributes: { '$&@': 1 } }), "jobs[0].attributes[$&@] is not <class 'str'>"],
    [job({ attributes: [] }), "jobs[0].attributes is not <class 'dict'>"],
    [job({ attributes: { a: null } }), "jobs[0].attributes[a] is not <class 'str'>"],
    [job({ job_id: 1.5 }), "jobs[0].job_id is not <class 'int'>"],
    [job({ job_id: undefined }), 'jobs[0] missing required key job_id.'],
    [job({ input_files: [{ from: 'a' }] }), 'jobs[0].input_files[0] missing required key to.'],
    [job({ network: 'home' }), "jobs[0].network must be one of: {'public', 'private'}"],
    [job({ timeout: 'x' }), 'jobs[0].timeout is not numeric'],
    [job({ timeout: 0 }), 'jobs[0].timeout does not satisfy the condition x > 0'],
    [
      job({ secrets: [{ namespace: 'N', name: 'n', mount_path: '/x' }] }),
      `jobs[0].secrets[0].namespace must match regex: ${namePattern}`,
    ],
    [
      job({ service_account: { namespace: 'n', name: 'n'.repeat(254) } }),
      'length of jobs[0].service_account.name must be <= 253',
    ],
    [job({ resources: { cpu: 1 } }), "jobs[0].resources.cpu is not <class 'str'>"],
    [job({ resources: { cpu: 'one' } }), `jobs[0].resources.cpu must match regex: ${cpuPattern}`],
    [
      job({ resources: { memory: 'much' } }),
      'jobs[0].resources.memory does not satisfy any conditions: ' +
        `jobs[0].resources.memory must match regex: ${sizePattern} or ` +
        "jobs[0].resources.memory must be one of: {'lowmem', 'standard', 'highmem'}",
    ],
    [job({ process: 'x' }), "jobs[0].process is not <class 'dict'>"],
    [
      job({ process: { type: 'podman' } }),
      "jobs[0].process.podman must be one of: {'docker', 'jvm'}",
    ],
    [
      job({ process: { type: 'docker', image: 'x' } }),
      'jobs[0].process missing required key command.',
    ],
    [
      job({ process: undefined }),
      "jobs[0].process is not defined, but deprecated keys ['command', 'image'] are not in jobs[0]",
    ],
    [
      job({ image: 'x' }),
      "jobs[0].process is already defined, but deprecated keys 'command', 'image' are also " +
        'present. Please remove deprecated keys.',
    ],
    [
      { job_id: 1, image: 'x', command: 'true' },
      '[command, image keys are DEPRECATED. Use process.command, process.image, with ' +
        "process.type = 'docker'.] jobs[0].command is not <class 'list'>",
    ],
    [
      job({ process: { type: 'docker', image: '', command: [], mount_docker_socket: true } }),
      'mount_docker_socket is no longer supported but was set to True in request. Please upgrade.',
    ],
    [
      job({ pvc_size: '1Gi', resources: { storage: '1Gi' } }),
      'jobs[0].resources.storage is already defined, ' +
        "but deprecated key 'pvc_size' is also present.",
    ],
    [
      job({ pvc_size: 'big' }),
      '[pvc_size key is DEPRECATED. Use resources.storage] ' +
        `jobs[0].pvc_size must match regex: ${sizePattern}`,
    ],
  ])('%#: $1', (body, sentence) => {
    // What JSON cannot say is not there.
    const sent: unknown = JSON.parse(JSON.stringify([body]));
    expect(() => parseBunch(sent)).toThrow(new Refusal(400, sentence));
  });

  test('of several faults the one is named that Batch comes upon first', () => {
    expect(() => parseBunch({})).toThrow('jobs is not list');
    const second = [script(1, ''), script(2, '', { colour: 1 }), script(9, '')];
    expect(() => parseBunch(second)).toThrow("unknown keys in jobs[1]: {'colour'}");
  });

  test('old spellings are taken', () => {
    const old = {
      job_id: 1,
      command: ['true'],
      image: 'x',
      parent_ids: [3],
      pvc_size: '1Gi',
      gcsfuse: [{ bucket: 'b', mount_path: '/b', read_only: true }],
    };
    expect(parseBunch([old])).toEqual([
      {
        job_id: 1,
        process: { type: 'docker', command: ['true'], image: 'x' },
        always_copy_output: true,
        always_run: false,
        n_max_attempts: 20,
        env: [],
        absolute_parent_ids: [3],
        resources: { storage: '1Gi' },
        cloudfuse: [{ bucket: 'b', mount_path: '/b', read_only: true }],
      },
    ]);
    const politely = { type: 'docker', image: '', command: [], mount_docker_socket: false };
    expect(() => parseBunch([job({ process: politely, timeout: true })])).not.toThrow();
  });

  test.each<[Body, string]>([
    [{ regions: [] }, 'regions must not be an empty array'],
    [
      { cloudfuse: [{ bucket: 'b', mount_path: '/b', read_only: false }] },
      'Only read-only cloudfuse requests are supported. ' +
        "Found {'bucket': 'b', 'mount_path': '/b', 'read_only': False}",
    ],
    [
      { cloudfuse: [{ bucket: 'b', mount_path: '/io', read_only: true }] },
      'Cloudfuse requests with mount_path=/io are not supported. ' +
        "Found {'bucket': 'b', 'mount_path': '/io', 'read_only': True}",
    ],
    [
      { secrets: [{ namespace: 'd', name: 'k', mount_path: '/k' }] },
      "unauthorized secret [('d', 'k')] for user ann",
    ],
    [
      { service_account: { namespace: 'd', name: 'admin' } },
      "unauthorized service account ('d', 'admin') for user ann",
    ],
    [{ network: 'private' }, 'unauthorized network private'],
    [{ unconfined: true }, 'unauthorized use of unconfined=True'],
  ])('%#: $1', (more, sentence) => {
    const [spec] = parseBunch([job(more)]);
    expect(() => spec && checkJob('ann', spec)).toThrow(new Refusal(400, sentence));
  });
});

describe('resources', () => {
  const placed = (resources: Body, process?: Body) => {
    const [spec] = parseBunch([job({ resources, ...(process ? { process } : {}) })]);
    if (!spec) throw new Error('no spec');
    return placementOf(spec, '(1, 2)');
  };
  const jvm = { type: 'jvm', jar_spec: { type: 'jar_url', value: 'u' }, command: [] };

  test.each<[Body, string, number]>([
    [{}, 'standard', 1000],
    [{ cpu: '250m', memory: 'highmem' }, 'highmem', 250],
    [{ cpu: '1', memory: '5Gi' }, 'highmem', 1000],
    [{ cpu: '0.25', memory: '50Mi' }, 'highcpu', 250],
    [{ cpu: '1', memory: '2.5Gi' }, 'standard', 1000],
    [{ cpu: '1', memory: '20Gi' }, 'highmem', 4000],
    [{ machine_type: 'n1-standard-2' }, 'job-private', 2000],
  ])('%j is for pool %s', (asked, pool, cores) => {
    expect(placed(asked)).toMatchObject({ pool, resources: { cores_mcpu: cores } });
  });

  test.each<[Body, string]>([
    [{ cpu: '3' }, 'cpu must be a power of two with a min of 0.25; found 3.'],
    [{ cpu: '0.1' }, 'bad resource request for job (1, 2): cpu must be a power of two'],
    [{ cpu: '1', memory: '250Gi' }, 'resource requests for job (1, 2) are unsatisfiable: '],
    [{ storage: '10000000Gi' }, 'cpu=1, memory=standard, storage=10000000Gi, preemptible=True'],
    [{ machine_type: 'z80' }, 'unknown machine type z80 for cloud gcp'],
    [
      { machine_type: 'n1-standard-1', cpu: '1' },
      'cannot specify cpu and memory with machine_type',
    ],
    [
      { machine_type: 'n1-standard-1', storage: '10000000Gi', preemptible: false },
      'cpu=None, memory=None, storage=10000000Gi, preemptible=False, machine_type=n1-standard-1',
    ],
  ])('%j is refused', (asked, sentence) => {
    expect(() => placed(asked)).toThrow(sentence);
  });

  test('a jvm job has rules of its own', () => {
    expect(() => placed({ cpu: '16' }, jvm)).toThrow('invalid cpu for jvm jobs');
    expect(() => placed({ memory: 'lowmem' }, jvm)).toThrow('jvm jobs cannot be on lowmem');
    expect(() => placed({ machine_type: 'n1-standard-1' }, jvm)).toThrow('may not specify');
  });
});

describe('a batch, an update, a group', () => {
  test.each<[Body, string]>([
    [{ fleep: 1 }, "unknown keys in batch: {'fleep'}"],
    [{ billing_project: null }, "batch.billing_project is not <class 'str'>"],
    [{ n_jobs: '5' }, "batch.n_jobs is not <class 'int'>"],
    [{ token: undefined }, 'batch missing required key token.'],
    [{ attributes: { k: null } }, "batch.attributes[k] is not <class 'str'>"],
    [
      { cancel_after_n_failures: 0 },
      'batch.cancel_after_n_failures does not satisfy the condition x > 0',
    ],
  ])('%#: $1', (more, sentence) => {
    const sent: unknown = JSON.parse(JSON.stringify(batchBody(1, more)));
    expect(() => parseBatchSpec(sent)).toThrow(new Refusal(400, sentence));
  });

  test('an update and a group are refused in their own words', () => {
    expect(() => parseUpdateSpec({ token: 't', n_jobs: -1 })).toThrow(
      'batch_update.n_jobs does not satisfy the condition x >= 0',
    );
    expect(() => parseJobGroups({})).toThrow('job groups is not list');
    expect(() => parseJobGroups([{ job_group_id: 1, name: 'x' }])).toThrow(
      "unknown keys in job_groups[0]: {'name'}",
    );
    expect(() => parseJobGroups([{ job_group_id: 1 }, { job_group_id: 3 }])).toThrow(
      'noncontiguous job group ids found in the spec: 1 -> 3',
    );
  });
});
