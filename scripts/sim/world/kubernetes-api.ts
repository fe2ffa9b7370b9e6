// The in-memory Kubernetes behind the interface that the real client asks over. Every request goes over the wire by
// itself, so each of them can be lost, and the program can die between any two.
import type { z } from 'zod';
import { faultOfHttp } from '../../../src/clients/fault-of.ts';
import type { KubernetesApi } from '../../../src/clients/kubernetes/api.ts';
import { createKubernetes } from '../../../src/clients/kubernetes/kubernetes.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { Kubernetes } from '../../../src/loop/ports.ts';
import type { KubernetesWorld, WorldNamespace } from './kubernetes-world.ts';
import type { Process, Wire } from './wire.ts';

/** Fewer than are asked for, so that a list of more than one page is nothing rare. */
export const NAMESPACES_PER_PAGE = 3;

/** The real client over the in-memory Kubernetes. */
export const connectKubernetes = (
  world: KubernetesWorld,
  wire: Wire,
  process: Process,
  config: BranchConfig,
): Kubernetes => createKubernetes(kubernetesApi(world, wire, process), config);

interface Ask {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly effect: (world: KubernetesWorld) => Result<unknown, Fault>;
}

function kubernetesApi(world: KubernetesWorld, wire: Wire, process: Process): KubernetesApi {
  const send = wire.connect(process, 'kubernetes');
  return {
    request<T extends z.ZodType>(method: string, path: string, answer: T, body?: string) {
      const { name, args, effect } = askOf(method, path, body);
      return send(name, args, () => {
        const given = effect(world);
        return given.ok && wire.strict ? ok(answer.parse(given.value)) : given;
      }) as Promise<Result<z.infer<T>, Fault>>;
    },
  };
}

function askOf(method: string, path: string, body = '{}'): Ask {
  const { pathname, searchParams } = new URL(path, 'http://kubernetes');
  const name = pathname.split('/').at(-1) ?? '';
  if (method === 'DELETE') return remove(name, JSON.parse(body).preconditions);
  if (pathname.startsWith('/apis/apps/'))
    return {
      name: 'readWorkloads',
      args: [name],
      effect: ({ workloads }) =>
        ok({ metadata: {}, items: name === 'deployments' ? workloads.map(workloadOf) : [] }),
    };
  if (name === 'namespaces') return list(searchParams);
  return {
    name: 'get',
    args: [name],
    effect: (world) => {
      const found = world.find(name);
      return found ? ok(answerOf(found)) : refused(404, `namespaces "${name}" not found`);
    },
  };
}

function list(query: URLSearchParams): Ask {
  const selector = query.get('labelSelector') ?? '';
  const after = query.get('continue') ?? '';
  return {
    name: 'list',
    args: [selector, after],
    effect: (world) => {
      const matching = world.namespaces
        .filter(({ labels, name }) => name > after && isSelected(labels, selector))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const items = matching.slice(0, NAMESPACES_PER_PAGE);
      const isMore = matching.length > items.length;
      const metadata = isMore ? { continue: items.at(-1)?.name } : {};
      return ok({ metadata, items: items.map(answerOf) });
    },
  };
}

/** Of `a=b` and `a notin (b,c)`, joined by commas. */
function isSelected(labels: WorldNamespace['labels'], selector: string): boolean {
  return selector.split(/,(?![^(]*\))/).every((requirement) => {
    const [, excluded, values = ''] = /^(\S+) notin \((.*)\)$/.exec(requirement) ?? [];
    if (excluded !== undefined) return !values.split(',').includes(labels[excluded] ?? '');
    const [key = '', value] = requirement.split('=');
    return labels[key] === value;
  });
}

interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

function remove(name: string, { uid, resourceVersion }: Preconditions = {}): Ask {
  return {
    name: 'delete',
    args: [name],
    effect: (world) => {
      const found = world.find(name);
      world.lastDeleted = null;
      if (!found) return refused(404, `namespaces "${name}" not found`);
      const isOther =
        (uid !== undefined && uid !== found.uid) ||
        (resourceVersion !== undefined && resourceVersion !== String(found.version));
      if (isOther) return refused(409, 'Precondition failed');
      world.lastDeleted = found;
      world.delete(name);
      return ok(answerOf(found));
    },
  };
}

const refused = (status: number, message: string): Result<never, Fault> =>
  err(faultOfHttp({ status, message, header: () => null, now: 0 }));

/** Kubernetes counts in whole seconds. */
const stamp = (at: number): string => new Date(Math.floor(at / 1_000) * 1_000).toISOString();

const answerOf = ({ name, uid, version, labels, createdAt, goneAt }: WorldNamespace) => ({
  metadata: {
    ...{ name, uid, labels, resourceVersion: String(version) },
    creationTimestamp: stamp(createdAt),
    ...(goneAt === null ? {} : { deletionTimestamp: stamp(goneAt) }),
  },
});

const workloadOf = ({ name, image, wanted, ready }: KubernetesWorld['workloads'][number]) => ({
  metadata: { name, generation: 1 },
  spec: { replicas: wanted, template: { spec: { containers: [{ image }] } } },
  status: {
    observedGeneration: 1,
    replicas: wanted,
    updatedReplicas: wanted,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
  },
});
