// The in-memory Batch behind the interface that the real client asks over. Every request goes over the wire by
// itself, so each of them can be lost, and the program can die between any two.
import type { z } from 'zod';
import type { BatchApi } from '../../../src/clients/batch/api.ts';
import { createBatchService } from '../../../src/clients/batch/batch.ts';
import { faultOfHttp } from '../../../src/clients/fault-of.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { digest } from '../../../src/core/digest.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { BatchService } from '../../../src/loop/ports.ts';
import { type BatchWorld, succeededJobs, type WorldBatch } from './batch-world.ts';
import type { Process, Wire } from './wire.ts';

/** The real client over the in-memory Batch. */
export const connectBatch = (
  world: BatchWorld,
  wire: Wire,
  process: Process,
  config: BranchConfig,
): BatchService =>
  createBatchService(
    batchApi(world, wire, process),
    {
      user: 'ci',
      billingProject: 'test',
      callbackUrl: async () => 'https://sluice.test/callback',
      // A hash that is made at once: the platform's own would take real time.
      tokenOf: async (key) => digest(key),
    },
    config,
  );

interface Ask {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly effect: (world: BatchWorld) => Result<unknown, Fault>;
}

function batchApi(world: BatchWorld, wire: Wire, process: Process): BatchApi {
  const send = wire.connect(process, 'batch');
  return {
    tail: (path) =>
      send('readLog', [path], () => withBatch(world, idIn(path), () => 'it went wrong')) as Promise<
        Result<string, Fault>
      >,
    request<T extends z.ZodType>(method: string, path: string, answer: T, body?: string) {
      const { name, args, effect } = batchRequest(method, path, body);
      return send(name, args, () => {
        const given = effect(world);
        return given.ok && wire.strict ? ok(answer.parse(given.value)) : given;
      }) as Promise<Result<z.infer<T>, Fault>>;
    },
  };
}

export function batchRequest(method: string, path: string, body = ''): Ask {
  const [route = '', query = ''] = decodeURIComponent(path).split('?');
  const id = idIn(route);
  if (route === '/batches/create-fast') return create(JSON.parse(body));
  if (route === '/batches/create') return createRow(JSON.parse(body));
  if (method === 'GET' && route === '/batches') return list(query);
  if (method === 'GET' && route.endsWith('/jobs'))
    return {
      name: 'readJobs',
      args: [id],
      effect: (world) => withBatch(world, id, query.includes('bad') ? failedJobs : passedJobs),
    };
  if (method === 'GET')
    return {
      name: 'get',
      args: [id],
      effect: (world) => withBatch(world, id, answerOf),
    };
  return {
    name: 'cancel',
    args: [id],
    effect: (world) => withBatch(world, id, (batch) => world.cancel(batch)),
  };
}

/** The parts of the client's body that matter here. */
interface CreateBody {
  readonly batch: { readonly token: string; readonly attributes: Record<string, string> };
  readonly bunch: readonly { readonly attributes: Readonly<Record<string, string>> }[];
}

function create({ batch, bunch }: CreateBody): Ask {
  const { token, attributes } = batch;
  const ordered = bunch[0]?.attributes['makes'];
  const makes = ordered === undefined ? null : JSON.parse(ordered);
  return {
    name: 'create',
    args: [{ token, attributes }],
    effect: (world) => {
      const jobs = bunch.map(({ attributes: { name = '' } }) => name);
      const made = world.create({ token, attributes, jobs, makes });
      return made.ok ? ok({ id: made.value }) : made;
    },
  };
}

/** The batch of a token, or its row without any jobs. */
function createRow({ token, attributes }: CreateBody['batch']): Ask {
  return {
    name: 'createRow',
    args: [{ token }],
    effect: (world) => ok({ id: world.row({ token, attributes }).id, update_id: 1 }),
  };
}

/** Newest first. */
function list(query: string): Ask {
  const terms = [...query.matchAll(/\b([a-z_]+)=([^\s+&=]+)(?=[+&\s]|$)/g)].filter(
    ([, key]) => key !== 'last_batch_id',
  );
  const before = Number(/\blast_batch_id=(\d+)/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY);
  return {
    name: 'list',
    args: [Object.fromEntries(terms.map(([, key = '', value]) => [key, value])), before],
    effect: ({ all, batchesPerPage }) => {
      const matching = all
        .filter(({ id, deleted }) => id < before && !deleted)
        .filter(({ attributes }) => terms.every(([, key = '', value]) => attributes[key] === value))
        .toReversed();
      const page = matching.slice(0, batchesPerPage);
      const more = matching.length > batchesPerPage ? { last_batch_id: page.at(-1)?.id } : {};
      return ok({ batches: page.map(answerOf), ...more });
    },
  };
}

/** Of `/batches/7/jobs`. */
const idIn = (path: string): number => Number(path.split('/')[2]);

const failedJobs = ({ counters, badJob }: WorldBatch) => ({
  jobs: counters.n_failed > 0 && badJob !== null ? [jobEntry(badJob, 'Failed')] : [],
});

const passedJobs = (batch: WorldBatch) => ({
  jobs: succeededJobs(batch).map((name) => jobEntry(name, 'Success')),
});

const jobEntry = (name: string, state: string) => ({
  ...{ job_id: Number(name.replace(/\D/g, '')), name, state },
  ...{ exit_code: state === 'Success' ? 0 : 1, duration: 1_000 },
});

const withBatch = (
  world: BatchWorld,
  id: number,
  effect: (batch: WorldBatch) => unknown,
): Result<unknown, Fault> => {
  const batch = world.find(id);
  if (batch) return ok(effect(batch));
  return err(faultOfHttp({ status: 404, message: 'not found', header: () => null, now: 0 }));
};

const answerOf = ({ id, attributes, counters }: WorldBatch) => ({
  id,
  attributes,
  ...counters,
  n_completed: counters.n_failed + counters.n_cancelled + counters.n_succeeded,
});
