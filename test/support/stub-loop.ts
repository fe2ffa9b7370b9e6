// A loop over ports of which a test gives only those that may be called; any other call fails it. For
// single passes; whole stories are told in test/scenarios.
import type { BranchState } from '../../schemas/state.ts';
import { err, ok } from '../../src/core/result.ts';
import type { Loop } from '../../src/loop/loop.ts';
import type {
  BatchService,
  Deliveries,
  Examine,
  GitHub,
  Kubernetes,
} from '../../src/loop/ports.ts';
import { PageEnds } from '../../src/loop/read-pages.ts';
import { configOf, NOON } from './builders.ts';

export interface StubPorts {
  readonly github?: Partial<GitHub>;
  readonly batch?: Partial<BatchService>;
  readonly kubernetes?: Kubernetes | null;
  readonly deliveries?: Deliveries | null;
  readonly examine?: Examine | null;
}

const unexpected = (what: string) => (): never => {
  throw new Error(`nobody expected a call of ${what}`);
};

/** @returns the loop, and what its store holds now */
export function stubLoop(
  initial: BranchState,
  { github = {}, batch = {}, kubernetes = null, deliveries = null, examine = null }: StubPorts,
): { loop: Loop; state: () => BranchState } {
  let state = initial;
  const stubbed: GitHub = {
    readPage: unexpected('readPage'),
    readPulls: unexpected('readPulls'),
    readRules: unexpected('readRules'),
    makeTestedCommit: unexpected('makeTestedCommit'),
    readFiles: unexpected('readFiles'),
    changedFiles: unexpected('changedFiles'),
    postCheck: unexpected('postCheck'),
    postRun: unexpected('postRun'),
    land: unexpected('land'),
    readBack: unexpected('readBack'),
    verify: unexpected('verify'),
    assign: unexpected('assign'),
    comment: unexpected('comment'),
    closeLanded: unexpected('closeLanded'),
    dropRef: unexpected('dropRef'),
    ...github,
  };
  const loop: Loop = {
    config: configOf(),
    store: {
      read: () => state,
      keepFailures: () => {},
      failures: () => [],
      keepJobs: () => {},
      update: (change) => {
        state = change(state);
        return state;
      },
    },
    clock: { now: () => NOON },
    random: () => 0,
    github: stubbed,
    githubForLandings: stubbed,
    pageEnds: new PageEnds(),
    deliveries,
    examine,
    batch: {
      list: unexpected('list'),
      get: unexpected('get'),
      create: unexpected('create'),
      cancel: unexpected('cancel'),
      failures: unexpected('failures'),
      jobs: unexpected('jobs'),
      passedJobs: unexpected('passedJobs'),
      ...batch,
    },
    kubernetes,
    notifier: { alert: unexpected('alert') },
    compiler: {
      expectedFiles: unexpected('the compiler'),
      read: unexpected('the compiler'),
    },
  };
  return { loop, state: () => state };
}

export const answer = async <T>(value: T) => ok(value);
export const noAnswer = async () => err({ kind: 'unknown', message: 'no answer' } as const);
