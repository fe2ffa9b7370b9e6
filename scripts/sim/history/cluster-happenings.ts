// What happens in and around a Kubernetes, in the histories that have one: people who work in the cluster, too, and what
// goes wrong with it. Each is a row of one of two tables.
import type { Fault } from '../../../src/core/fault.ts';
import { testNamespaceName } from '../../../src/core/test-namespace.ts';
import type { Town } from '../run/town.ts';
import type { KubernetesWorld, WorldNamespace } from '../world/kubernetes-world.ts';
import { faultOf, nextCall } from './call-faults.ts';
import { type Happening, type Occasion, some, townOf } from './happening.ts';
import type { Prng } from './prng.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const CALLS = [
  ...['kubernetes.list', 'kubernetes.get', 'kubernetes.get'],
  ...['kubernetes.delete', 'kubernetes.delete', 'kubernetes.readWorkloads', 'batch.create'],
] as const;

export const clusterActors: Readonly<Record<string, Happening>> = {
  'somebody makes a namespace': {
    weight: 2,
    shared: true,
    happen: inCluster(({ prng }, town, kubernetes) => {
      const name = prng.pick(['alice', 'staging', testName(prng)]);
      // The labels alone do not make it ours, nor the name alone.
      const labels = name === 'staging' ? labelsOf(town) : {};
      kubernetes.make({ name, labels }, null, 'somebody');
      return `somebody makes namespace ${name}`;
    }),
  },
  'somebody keeps a namespace': {
    weight: 2,
    happen: onTestNamespace((_, { name }, kubernetes) => {
      keep(kubernetes, name);
      return `somebody takes the labels off ${name}`;
    }),
  },
  'somebody deletes a namespace': {
    weight: 2,
    happen: onTestNamespace((_, { name }, kubernetes) => {
      kubernetes.delete(name);
      return `somebody deletes ${name}`;
    }),
  },
  'a namespace is left from another life': {
    weight: 3,
    happen: inCluster(({ prng }, town, kubernetes) => {
      const name = testName(prng);
      kubernetes.make({ name, labels: labelsOf(town) }, null, 'test');
      return `${town.config.branch}: ${name} is left from another life`;
    }),
  },
  'a namespace is left of a branch that nobody watches': {
    weight: 1,
    shared: true,
    happen: inCluster(({ prng }, town, kubernetes) => {
      const name = testName(prng);
      const labels = { ...labelsOf(town), 'sluice/branch': 'gone' };
      kubernetes.make({ name, labels }, null, 'test');
      return `${name} is left of a branch that nobody watches`;
    }),
  },
  'a developer adds a namespace': {
    weight: 1,
    happen: ({ towns, prng }) => {
      const town = townOf(towns, prng);
      town.command({ kind: 'add_namespace', namespace: 'alice', by: 'alice' });
      return `${town.config.branch}: alice adds her namespace`;
    },
  },
};

const forbidden: Fault = { kind: 'misconfigured', message: 'Kubernetes refuses us: Forbidden' };
const cut: Fault = { kind: 'unknown', message: 'the connection was cut' };

export const clusterFaults: Readonly<Record<string, Happening>> = {
  'a call to Kubernetes is lost': {
    weight: 2,
    happen: nextCall(() => ({ when: 'before', with: cut }), CALLS),
  },
  'an answer of Kubernetes is lost': {
    weight: 3,
    happen: nextCall((prng) => ({ when: 'after', with: faultOf(prng, 'after') }), CALLS),
  },
  'a call to Kubernetes fails': {
    weight: 2,
    happen: nextCall((prng) => ({ when: 'before', with: faultOf(prng) }), CALLS),
  },
  'the process dies at a call to Kubernetes': {
    weight: 3,
    happen: nextCall((prng) => ({ when: prng.pick(['before', 'after']), with: 'crash' }), CALLS),
  },
  'the process dies with a call to Kubernetes on its way': {
    weight: 1,
    happen: atCall((town) => town.restart(), 'the process dies before'),
  },
  'the storage is lost at a call to Kubernetes': {
    weight: 2,
    happen: atCall((town) => town.loseStorage(), 'the storage is lost before'),
  },
  'the storage is lost, and Batch cannot be read': {
    weight: 2,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const stop = town.wire.disturb(({ name }) =>
        name === 'batch.list' ? { when: 'before', with: cut } : null,
      );
      sim.endLater(prng.below(20 * MINUTE), stop);
      // Clocks differ: what is new in the cluster may look old to us.
      if (sim.github.lagMs === 0) town.jump(prng.below(20 * MINUTE));
      town.loseStorage();
      return `${town.config.branch}: the storage is lost, and Batch cannot be read`;
    },
  },
  'Kubernetes fails for a while': {
    weight: 3,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const share = prng.next();
      const stop = town.wire.disturb(({ name }) =>
        name.startsWith('kubernetes.') && prng.chance(share)
          ? { when: 'before', with: faultOf(prng) }
          : null,
      );
      const ms = prng.below(30 * MINUTE);
      sim.endLater(ms, stop);
      return `${town.config.branch}: ${Math.round(share * 100)}% of calls to Kubernetes fail, for ${ms / SECOND} s`;
    },
  },
  'Kubernetes refuses us for a while': {
    weight: 1,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      // Each time is a cause of its own to be told of.
      if (town.isRefused) return null;
      town.isRefused = true;
      const what = prng.pick(['', 'delete', 'list']);
      const stop = town.wire.disturb(({ name }) =>
        name.startsWith(`kubernetes.${what}`) ? { when: 'before', with: forbidden } : null,
      );
      sim.endLater(prng.below(30 * MINUTE), stop);
      return `${town.config.branch}: Kubernetes refuses us ${what}`;
    },
  },
  'the table names what is not ours': {
    weight: 2,
    happen: inCluster(({ prng, sim }, town, kubernetes) => {
      const others = kubernetes.namespaces.filter(({ owner }) => owner === 'somebody');
      const name = some(others, prng)?.name ?? 'default';
      town.object.store.update((state) => ({
        ...state,
        namespaces: {
          ...state.namespaces,
          [name]: {
            ...{ kind: 'test', pr: 1, batch: 1, createdAt: 0, expiresAt: 0, overSince: 0 },
            ...{ seen: null, stray: false, fate: null, services: {} },
          },
        },
      }));
      if (sim.github.lagMs === 0) town.poll();
      return `${town.config.branch}: the table says that ${name} is a test’s`;
    }),
  },
  'another namespace takes the place of one that is deleted': {
    weight: 2,
    happen: atDeletion((kubernetes, name) => {
      kubernetes.remove(name);
      kubernetes.make({ name, labels: {} }, null, 'somebody');
    }, 'another takes its place'),
  },
  'somebody keeps a namespace as it is deleted': {
    weight: 2,
    happen: atDeletion(keep, 'somebody takes the labels off'),
  },
  'Kubernetes is taken out of the settings': {
    weight: 1,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const { kubernetesUrl } = town.config;
      if (kubernetesUrl === null) return null;
      town.restart({ ...town.config, kubernetesUrl: null });
      sim.endLater(prng.below(20 * MINUTE), () => town.restart({ ...town.config, kubernetesUrl }));
      return `${town.config.branch}: Kubernetes is taken out of the settings for a while`;
    },
  },
};

function inCluster(
  act: (occasion: Occasion, town: Town, kubernetes: KubernetesWorld) => string | null,
): Happening['happen'] {
  return (occasion) => {
    const { kubernetes } = occasion.sim;
    return kubernetes ? act(occasion, townOf(occasion.towns, occasion.prng), kubernetes) : null;
  };
}

function onTestNamespace(
  act: (occasion: Occasion, namespace: WorldNamespace, kubernetes: KubernetesWorld) => string,
): Happening['happen'] {
  return inCluster((occasion, town, kubernetes) => {
    const own = kubernetes.namespaces.filter(
      ({ owner, labels }) =>
        owner === 'test' && labels['sluice/branch'] === town.config.namespaces.label,
    );
    const namespace = some(own, occasion.prng);
    return namespace ? act(occasion, namespace, kubernetes) : null;
  });
}

function atCall(befall: (town: Town) => void, words: string): Happening['happen'] {
  return ({ towns, prng }) => {
    const town = townOf(towns, prng);
    const name = prng.pick(CALLS);
    town.failOnce((call) => call.name === name, { when: 'before', with: () => befall(town) });
    return `${town.config.branch}: ${words} the next ${name}`;
  };
}

/** Something befalls the next namespace that is deleted, just before it is. */
function atDeletion(
  befall: (kubernetes: KubernetesWorld, name: string) => void,
  words: string,
): Happening['happen'] {
  return inCluster((_, town, kubernetes) => {
    const stop = town.wire.disturb(({ name, args }) => {
      if (name !== 'kubernetes.delete') return null;
      stop();
      return { when: 'before', with: () => befall(kubernetes, String(args[0])) };
    });
    return `${town.config.branch}: as it deletes a namespace, ${words}`;
  });
}

function keep(kubernetes: KubernetesWorld, name: string): void {
  kubernetes.relabel(name, {}, 'somebody');
}

const labelsOf = ({ config: { namespaces } }: Town): WorldNamespace['labels'] => ({
  'app.kubernetes.io/managed-by': 'sluice',
  'sluice/ci-namespace': namespaces.ciNamespace,
  'sluice/branch': namespaces.label,
});

const testName = (prng: Prng): string =>
  testNamespaceName(
    `pr-${1 + prng.below(20)}`,
    'default',
    prng
      .below(2 ** 31)
      .toString(16)
      .padStart(12, '0'),
  );
