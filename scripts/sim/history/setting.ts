// Where a history takes place: which branches of the repository are watched, with which settings. The
// shapes are chosen so that the branches get into each other's way.
import { BranchName } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { bakery, bakeryRepo } from '../world/bakery.ts';
import type { Limits } from '../world/credential.ts';
import { APP } from '../world/github-world.ts';
import type { Prng } from './prng.ts';

export interface Setting {
  readonly branches: readonly BranchConfig[];
  /** Other people's checks that every branch requires. */
  readonly required: readonly string[];
  /** Is there a Kubernetes, into which tests and deploys deploy? */
  readonly cluster: boolean;
  /** Of the credential that all branches share, null: GitHub says nothing of them; or each has a credential of its own. */
  readonly limits: Limits | null | 'one each';
  /** Are we a GitHub App, and our checks check runs? */
  readonly app: boolean;
}

const NAMES = ['main', 'release', 'next'] as const;

export function settingOf(prng: Prng): Setting {
  const count = prng.pick([1, 2, 2, 3]);
  const pollEveryMs = prng.pick([5, 10, 20]) * 60_000;
  return {
    branches: NAMES.slice(0, count).map((name) => ({
      ...{ ...bakery, ...named(name), ...habits(prng) },
      pollEveryMs,
    })),
    required: prng.chance(0.2) ? ['lint'] : [],
    cluster: false,
    limits: null,
    app: false,
  };
}

const LIMITS_EVERY = 5;

/** @param prng dice of its own, so that the histories without limits are told as if there were none */
export function withLimits(setting: Setting, prng: Prng): Setting {
  if (prng.below(LIMITS_EVERY) > 0) return setting;
  const limits = {
    perHour: prng.pick([40, 80, 200]),
    hourMs: prng.pick([5, 15, 40]) * 60_000,
    perMinute: prng.pick([10, 25, Number.POSITIVE_INFINITY]),
    retryAfterSeconds: prng.pick([5, 30, 90]),
  };
  return { ...setting, limits };
}

/** One history of so many has a Kubernetes: each takes longer than one without. */
const CLUSTER_EVERY = 5;

/** @param prng dice of its own, so that the histories without one are told as if there were none */
export function withCluster(setting: Setting, prng: Prng): Setting {
  if (prng.below(CLUSTER_EVERY) > 0) return setting;
  const expireAfterMs = prng.pick([12, 40, 24 * 60]) * 60_000;
  const [, ...others] = setting.branches.map(({ branch }) => branch);
  const branches = setting.branches.map((config, index) => ({
    ...config,
    kubernetesUrl: 'https://kubernetes.test',
    namespaces: {
      ...config.namespaces,
      label: config.branch,
      otherLabels: index === 0 ? others : null,
      expireAfterMs,
    },
  }));
  return { ...setting, branches, cluster: true };
}

/** In one history of so many we are a GitHub App. */
const APP_EVERY = 4;

/** @param prng dice of its own, as above */
export function withApp(setting: Setting, prng: Prng): Setting {
  if (prng.below(APP_EVERY) > 0) return setting;
  return {
    ...setting,
    branches: setting.branches.map((config) => ({ ...config, app: APP })),
    app: true,
  };
}

const LANDINGS = ['exact', 'exact', 'github'] as const;
const METHODS = ['squash', 'squash', 'merge'] as const;

/** @param prng dice of its own, as above */
export function withLandings(setting: Setting, prng: Prng): Setting {
  const branches = setting.branches.map((config) => ({ ...config, ...landingOf(prng) }));
  return { ...setting, branches };
}

export const landingOf = (prng: Prng) => ({
  landing: prng.pick(LANDINGS),
  mergeMethod: prng.pick(METHODS),
});

const named = (branch: string) => ({
  name: BranchName.parse(`${bakeryRepo}:${branch}`),
  branch,
  checkName: branch === 'main' ? 'sluice' : `sluice ${branch}`,
});

/** What a person might set otherwise, also from one start of the program to the next. */
export const habits = (prng: Prng) => ({
  deployable: prng.chance(0.4),
  mergeable: prng.chance(0.9),
  runningTestsMax: 1 + prng.below(3),
  minimumApprovals: prng.pick([0, 1, 1]),
  mergeWhileDeploying: prng.chance(0.5),
  developers: prng.pick([['alice', 'bob'], ['alice', 'bob'], ['alice']]),
});
