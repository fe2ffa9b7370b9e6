// Everything outside of a branch's object, for one life of the program: the real clients over a world in memory,
// a compiler for its toy build.yaml, and somebody who hears its alerts.
import { ok } from '../../../src/core/result.ts';
import { connectBatch } from './batch-api.ts';
import type { BatchWorld } from './batch-world.ts';
import type { Hands } from './branch-object.ts';
import { connectGitHub } from './github-api.ts';
import type { GithubWorld } from './github-world.ts';
import { toyCompiler } from './toy-compiler.ts';
import type { Wire } from './wire.ts';

interface Surroundings {
  readonly github: GithubWorld;
  readonly batch: BatchWorld;
  readonly wire: Wire;
  readonly onAlert: (cause: string, text: string) => void;
  /** In [0, 1). */
  readonly random: () => number;
}

export const handsInto =
  ({ github, batch, wire, onAlert, random }: Surroundings): Hands =>
  (process, config) => {
    const notify = wire.connect(process, 'notifier');
    return {
      github: connectGitHub(github, wire, process, config),
      batch: connectBatch(batch, wire, process, config),
      kubernetes: null,
      notifier: {
        alert: (cause, text) => notify('alert', [cause, text], () => ok(onAlert(cause, text))),
      },
      compiler: toyCompiler,
      random,
    };
  };
