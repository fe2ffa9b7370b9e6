// What must hold in the cluster, at the calls that change it and at rest. The world is asked: who made a namespace, and
// what became of the batch that it belongs to.
import type { Resident, Scene } from '../run/scene.ts';
import type { WorldNamespace } from '../world/kubernetes-world.ts';
import { serviceName } from '../world/toy-compiler.ts';
import type { CallInvariant } from './call-invariants.ts';
import type { RestInvariant } from './rest-invariants.ts';

/** A namespace is registered before its batch begins, but not long before. */
const REGISTERED_BEFORE_MS = 2 * 60_000;
/** What failed before the calm is tried again within. */
const REPAIRED_WITHIN_MS = 6 * 60_000;

export const clusterCallInvariants: readonly CallInvariant[] = [
  {
    name: 'a namespace is registered first',
    sentence: 'Before a batch is submitted its namespace is in the table, with an expiry.',
    at: 'sent',
    check: ({ town, call }) => {
      if (call.name !== 'batch.create') return null;
      const { attributes } = call.args[0] as { readonly attributes: Record<string, string> };
      const name = attributes['namespace'] ?? 'N/A';
      if (name === 'N/A') return null;
      const row = town.state.namespaces[name];
      const isTest = attributes['test'] === '1';
      return row?.kind === (isTest ? 'test' : 'deploy') ? null : `${name} is not registered`;
    },
  },
  {
    name: 'nobody else’s namespace is deleted',
    sentence:
      'Only a namespace that a test of the branch made is deleted, or one of a branch that nobody watches; never one of somebody else.',
    at: 'happened',
    check: ({ sim, town, call }) => {
      const deleted = deletedBy(sim, call);
      if (!deleted) return null;
      const { name, owner } = deleted;
      if (owner !== 'test') return `${name} was somebody’s`;
      return isOf(town, deleted) || (isStray(deleted) && town.index === 0)
        ? null
        : `${name} was of another branch`;
    },
  },
  {
    name: 'a running test keeps its namespace',
    sentence: 'No namespace of a batch that runs is deleted before its time is over.',
    at: 'happened',
    check: ({ sim, town, call }) => {
      const deleted = deletedBy(sim, call);
      const batch = deleted?.madeBy ? sim.batch.get(deleted.madeBy) : null;
      if (!deleted || batch?.overAt !== null) return null;
      const age = town.now - batch.begunAt + REGISTERED_BEFORE_MS;
      return age < town.config.namespaces.expireAfterMs
        ? `${deleted.name} of batch ${batch.id}, which runs`
        : null;
    },
  },
];

export const clusterRestInvariants: readonly RestInvariant[] = [
  {
    name: 'no namespace is left behind',
    sentence:
      'At rest there is no namespace of a test that is over, or of none that is known; one of a branch that nobody watches is there no longer than its time.',
    from: 'rest',
    check: ({ kubernetes }, town) => {
      const { kubernetesUrl, namespaces } = town.config;
      if (!kubernetes || kubernetesUrl === null) return null;
      const left = kubernetes.namespaces.find(
        (namespace) =>
          namespace.owner === 'test' &&
          namespace.goneAt === null &&
          (isOf(town, namespace) ||
            (isStray(namespace) &&
              town.index === 0 &&
              town.now - namespace.createdAt > namespaces.expireAfterMs)),
      );
      return left ? `${left.name} is there` : null;
    },
  },
  {
    name: 'no namespace outlives its time',
    sentence:
      'Two polls after the last change there is no namespace of a test that is older than it may be, though its batch runs.',
    from: 'two polls',
    check: ({ kubernetes }, town) => {
      const { kubernetesUrl, namespaces, pollEveryMs } = town.config;
      if (!kubernetes || kubernetesUrl === null) return null;
      const oldest = town.now - namespaces.expireAfterMs - pollEveryMs - REPAIRED_WITHIN_MS;
      const old = kubernetes.namespaces.find(
        (namespace) =>
          namespace.owner === 'test' &&
          namespace.goneAt === null &&
          isOf(town, namespace) &&
          namespace.createdAt < oldest,
      );
      return old ? `${old.name} is there` : null;
    },
  },
  {
    name: 'what is live is told',
    sentence: 'At rest what is told of a deployed service is what ran at the last poll.',
    from: 'rest',
    check: ({ kubernetes }, { config, state, skewMs }) => {
      const { rollout, polledAt } = state;
      if (!kubernetes || config.kubernetesUrl === null || !rollout) return null;
      const name = serviceName(config.branch);
      const real = kubernetes.workloads.find((workload) => workload.name === name);
      const told = rollout.read?.live.find((service) => service.name === name);
      const words = (image: string | undefined, ready: number | undefined) => `${image} ${ready}`;
      const [is, said] = [words(real?.image, real?.ready), words(told?.images[0], told?.ready)];
      const isSinceThen = (real?.readyAt ?? 0) > (polledAt ?? 0) - skewMs;
      return is === said || isSinceThen ? null : `${name} is ${is}, and ${said} is told`;
    },
  },
];

/** What this call has just set going. */
const deletedBy = (
  { kubernetes }: Scene,
  { name }: { readonly name: string },
): WorldNamespace | null =>
  name === 'kubernetes.delete' ? (kubernetes?.lastDeleted ?? null) : null;

const isOf = ({ config }: Resident, { labels }: WorldNamespace): boolean =>
  labels['sluice/branch'] === config.namespaces.label;

const isStray = ({ labels }: WorldNamespace): boolean => labels['sluice/branch'] === 'gone';
