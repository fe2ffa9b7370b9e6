// State + what Batch said -> state: which batch is the newest deploy.
import { describe, expect, it } from 'vitest';
import type { BranchState, Deploy } from '../../schemas/state.ts';
import { foldBatches } from '../../src/core/fold-batches.ts';
import type { BatchObservation, BatchStatus, ObservedBatch } from '../../src/core/observation.ts';
import {
  HEAD,
  NOON,
  OLD_HEAD,
  observedDeploy,
  outboxOf,
  sha,
  stateOf,
} from '../support/builders.ts';

const RUNNING: BatchStatus = { kind: 'running' };
const PASSED: BatchStatus = { kind: 'passed' };
const FAILED: BatchStatus = { kind: 'failed', failure: '1 of 2 jobs failed' };
const CANCELLED: BatchStatus = { kind: 'cancelled' };
const HOLLOW: BatchStatus = { kind: 'hollow' };

const look = (batches: ObservedBatch[], change: Partial<BatchObservation> = {}) => ({
  batches,
  missing: [],
  unread: [],
  readTo: 500,
  seen: 0,
  ...change,
});
const fold = (state: BranchState, batches: ObservedBatch[], missing: number[] = []) =>
  foldBatches(state, look(batches, { missing }), NOON);

const deployOf = <Kind extends 'running' | 'succeeded'>(kind: Kind, batch = 9) => ({
  kind,
  sha: HEAD,
  batch,
  attempt: 1,
  jobs: 1,
});

describe('S8.2 the newest deploy', () => {
  it.each<
    [situation: string, known: Deploy, batches: ObservedBatch[], missing: number[], deploy: Deploy]
  >([
    ['it succeeded', deployOf('running'), [observedDeploy(9, PASSED)], [], deployOf('succeeded')],
    [
      'it failed',
      deployOf('running'),
      [observedDeploy(9, FAILED)],
      [],
      { ...deployOf('running'), kind: 'failed', failure: '1 of 2 jobs failed', failedJobs: null },
    ],
    [
      'it was cancelled',
      deployOf('running'),
      [observedDeploy(9, CANCELLED)],
      [],
      { ...deployOf('running'), kind: 'failed', failure: 'it was cancelled', failedJobs: [] },
    ],
    ['it was deleted', deployOf('running'), [], [9], { kind: 'gone', sha: HEAD }],
    [
      'it has none of its jobs',
      deployOf('running'),
      [observedDeploy(9, HOLLOW)],
      [],
      { kind: 'gone', sha: HEAD },
    ],
    ['found again', { kind: 'none' }, [observedDeploy(9, RUNNING)], [], deployOf('running')],
    [
      'the newest is found again',
      { kind: 'none' },
      [observedDeploy(9, FAILED, { of: OLD_HEAD }), observedDeploy(12, PASSED)],
      [],
      deployOf('succeeded', 12),
    ],
    [
      'an older one is listed',
      deployOf('running', 12),
      [observedDeploy(9, FAILED)],
      [],
      deployOf('running', 12),
    ],
    [
      'a hollow one hides none',
      deployOf('succeeded'),
      [observedDeploy(12, HOLLOW)],
      [],
      deployOf('succeeded'),
    ],
    ['one that succeeded is deleted later', deployOf('succeeded'), [], [9], deployOf('succeeded')],
  ])('%s', (_situation, deploy, batches, missing, expected) => {
    expect(fold(stateOf({ deploy }), batches, missing).deploy).toEqual(expected);
  });

  it('after one that is gone an older one of the commit is not the latest', () => {
    const known = stateOf({
      deploy: { kind: 'gone', sha: OLD_HEAD },
      deployAttempts: { [HEAD]: 1 },
    });
    expect(fold(known, [observedDeploy(9, FAILED)]).deploy).toEqual(known.deploy);
  });

  it('one whose creation was in doubt is the newest, though the branch has moved and it is over', () => {
    const action = { kind: 'start_deploy', sha: OLD_HEAD, attempt: 1 } as const;
    const deploy = { ...deployOf('succeeded'), sha: sha(9) };
    const batches = [observedDeploy(12, PASSED, { of: OLD_HEAD })];
    const doubtful = stateOf({ deploy, outbox: outboxOf({ action, state: 'unknown' }) });
    const after = fold(doubtful, batches);
    expect(after.deploy).toEqual({ ...deployOf('succeeded', 12), sha: OLD_HEAD });
    // Once it is known, what is listed again changes nothing.
    const later = { ...after, deploy };
    expect(fold(later, batches).deploy).toEqual(deploy);
  });

  it('attempts are recovered, but not from a batch that never was one', () => {
    const batches = [
      observedDeploy(9, FAILED, { attempt: 2 }),
      observedDeploy(8, PASSED, { attempt: 1 }),
      observedDeploy(7, HOLLOW, { of: OLD_HEAD, attempt: 5 }),
    ];
    expect(fold(stateOf(), batches).deployAttempts).toEqual({ [HEAD]: 2 });
  });
});
