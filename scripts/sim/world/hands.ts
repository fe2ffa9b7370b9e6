// Everything outside of a branch's object, for one life of the program: the real clients over a world in memory,
// a compiler for its toy build.yaml, and somebody who hears its alerts.
import { ok } from '../../../src/core/result.ts';
import { PageEnds } from '../../../src/loop/read-pages.ts';
import { connectBatch } from './batch-api.ts';
import type { BatchWorld } from './batch-world.ts';
import type { Hands } from './branch-object.ts';
import { Credential } from './credential.ts';
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
  /** As whom GitHub is asked; one of its own unless it is shared. */
  readonly credential?: Credential;
  readonly onAlert: (cause: string, text: string) => void;
  /** In [0, 1). */
  readonly random: () => number;
}

export const handsInto =
  ({ github, batch, kubernetes = null, wire, onAlert, random, ...shared }: Surroundings): Hands =>
  (process, config) => {
    const credential = shared.credential ?? new Credential(() => github.now);
    const line = { wire, process, credential };
    const notify = wire.connect(process, 'notifier');
    return {
      github: connectGitHub(github, { ...line, purpose: 'everyday' }, config),
      githubForLandings: connectGitHub(github, { ...line, purpose: 'landing' }, config),
      pageEnds: new PageEnds(),
      // What is lost in a history is made up for by polls alone.
      deliveries: null,
      examine: null,
      batch: connectBatch(batch, wire, process, config),
      kubernetes:
        kubernetes && config.kubernetesUrl !== null
          ? connectKubernetes(kubernetes, wire, process, config)
          : null,
      notifier: {
        alert: (channel, { cause, text }) =>
          notify('alert', [cause, text, channel], () => ok(onAlert(cause, text))),
      },
      compiler: toyCompiler({ deploys: kubernetes !== null }),
      random,
    };
  };
