// Everything outside of a branch's object, for one life of the program: the real clients over a world in memory,
// a compiler for its toy build.yaml, and somebody who hears its alerts.
import { Budget } from '../../../src/clients/github/budget.ts';
import { ok } from '../../../src/core/result.ts';
import { bakery } from './bakery.ts';
import { connectBatch } from './batch-api.ts';
import type { BatchWorld } from './batch-world.ts';
import type { Hands } from './branch-object.ts';
import { connectGitHub } from './github-api.ts';
import type { GithubWorld } from './github-world.ts';
import { connectKubernetes } from './kubernetes-api.ts';
import type { KubernetesWorld } from './kubernetes-world.ts';
import { toyCompiler } from './toy-compiler.ts';
import type { Wire } from './wire.ts';

interface Surroundings {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  /** null: the world has none, and nothing is deployed. */
  readonly kubernetes?: KubernetesWorld | null;
  readonly wire: Wire;
  /** What the isolate knows of GitHub's limits; one of its own unless it is shared. */
  readonly budget?: Budget;
  readonly onAlert: (cause: string, text: string) => void;
  /** In [0, 1). */
  readonly random: () => number;
}

export const handsInto =
  ({ github, batch, kubernetes = null, wire, onAlert, random, ...shared }: Surroundings): Hands =>
  (process, config) => {
    const budget = shared.budget ?? budgetOf(github);
    const notify = wire.connect(process, 'notifier');
    return {
      github: connectGitHub(github, { wire, process, spend: budget.spending('everyday') }, config),
      githubForLandings: connectGitHub(
        github,
        { wire, process, spend: budget.spending('landing') },
        config,
      ),
      batch: connectBatch(batch, wire, process, config),
      kubernetes:
        kubernetes && config.kubernetesUrl !== null
          ? connectKubernetes(kubernetes, wire, process, config)
          : null,
      notifier: {
        alert: (cause, text) => notify('alert', [cause, text], () => ok(onAlert(cause, text))),
      },
      compiler: toyCompiler({ deploys: kubernetes !== null }),
      random,
    };
  };

/** By the world's clock, whatever a branch takes for the time. */
export const budgetOf = (github: GithubWorld): Budget =>
  new Budget({ reserve: bakery.keptForLandings, now: () => github.now });
