// State + what Batch said -> state: which batch is the result of a pull request, and which is not.
import { describe, expect, it } from 'vitest';
import type { BranchState, Build } from '../../schemas/state.ts';
import { isDirty, mark } from '../../src/core/flags.ts';
import { foldBatches } from '../../src/core/fold-batches.ts';
import type { BatchObservation, BatchStatus, ObservedBatch } from '../../src/core/observation.ts';
import {
  batchFacts,
  failed,
  HEAD,
  liveTest,
  NOON,
  OLD_HEAD,
  observedDeploy,
  observedTest,
  outboxOf,
  passed,
  pullOf,
  running,
  sha,
  sourceOf,
  stateOf,
  unbuilt,
} from '../support/builders.ts';

const RUNNING: BatchStatus = { kind: 'running' };
const PASSED: BatchStatus = { kind: 'passed' };
/** Which of its jobs failed has still to be read. */
const unreadFailure = (...args: Parameters<typeof failed>): Build => ({
  ...failed(...args),
  ...{ failedJobs: null },
});
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
const withBuild = (build: Build, attempt = 1) =>
  stateOf({ pulls: [pullOf(1, { build, attempt })] });
const resultOf = (state: BranchState) => ({
  build: state.pulls[1]?.build,
  attempt: state.pulls[1]?.attempt,
});
const gone = { kind: 'unbuilt', why: 'batch_gone' } as const;

describe('S7.1 the newest batch of the present commit and attempt is the result', () => {
  it.each<[situation: string, build: Build, batches: ObservedBatch[], result: Build]>([
    ['it runs', running(1), [observedTest(1, 101, RUNNING)], running(1)],
    [
      'it runs, and some of its jobs have ended',
      running(1),
      [{ ...observedTest(1, 101, RUNNING), jobs: 20, finished: 11 }],
      { ...running(1, { jobs: 20 }), finished: 8 } as Build,
    ],
    ['it passed', running(1), [observedTest(1, 101, PASSED)], passed(1)],
    ['it failed', running(1), [observedTest(1, 101, FAILED)], unreadFailure(1)],
    ['adopted, when our storage was lost', unbuilt, [observedTest(1, 101, RUNNING)], running(1)],
    [
      'the newer of two, in whatever order Batch lists them',
      unbuilt,
      [observedTest(1, 103, FAILED), observedTest(1, 101, PASSED)],
      unreadFailure(1, { batch: 103 }),
    ],
    [
      'the newer of two, the other way round',
      unbuilt,
      [observedTest(1, 101, PASSED), observedTest(1, 103, FAILED)],
      unreadFailure(1, { batch: 103 }),
    ],
    [
      'a retest that runs hides an older success',
      passed(1, { targetSha: OLD_HEAD }),
      [observedTest(1, 101, PASSED, { targetSha: OLD_HEAD }), observedTest(1, 105, RUNNING)],
      running(1, { batch: 105 }),
    ],
    [
      'an older batch than the one we know changes nothing',
      running(1, { batch: 105 }),
      [observedTest(1, 101, PASSED)],
      running(1, { batch: 105 }),
    ],
    [
      "another commit's batch proves nothing",
      unbuilt,
      [observedTest(1, 101, PASSED, { sourceSha: sha(5) })],
      unbuilt,
    ],
    [
      "another pull request's batch proves nothing",
      unbuilt,
      [observedTest(2, 101, PASSED)],
      unbuilt,
    ],
    ['a hollow batch is as good as none (S6.11)', unbuilt, [observedTest(1, 101, HOLLOW)], unbuilt],
    [
      'a hollow batch hides no older one',
      unbuilt,
      [observedTest(1, 103, HOLLOW), observedTest(1, 101, PASSED)],
      passed(1),
    ],
    [
      'a cancelled batch hides no older one',
      unbuilt,
      [observedTest(1, 103, CANCELLED), observedTest(1, 101, PASSED)],
      passed(1),
    ],
    [
      'a younger one on another commit than the present one changes nothing: the branch was set back',
      passed(1),
      [observedTest(1, 105, PASSED, { targetSha: OLD_HEAD })],
      passed(1),
    ],
    [
      'an older one than the known is not taken up again, though it is on the present commit: it is asked for first',
      passed(1, { batch: 105, targetSha: OLD_HEAD }),
      [observedTest(1, 101, PASSED)],
      passed(1, { batch: 105, targetSha: OLD_HEAD }),
    ],
    [
      'the known one goes on, beside a younger one on another commit',
      running(1),
      [observedTest(1, 105, PASSED, { targetSha: OLD_HEAD }), observedTest(1, 101, PASSED)],
      passed(1),
    ],
    [
      'all is forgotten: the one on the present commit counts, though one that the branch has left is younger',
      unbuilt,
      [observedTest(1, 105, PASSED, { targetSha: OLD_HEAD }), observedTest(1, 101, PASSED)],
      passed(1),
    ],
    [
      'the known one goes on, beside a younger one, though the branch has left both commits',
      running(1, { targetSha: OLD_HEAD }),
      [
        observedTest(1, 105, PASSED, { targetSha: sha(77) }),
        observedTest(1, 101, PASSED, { targetSha: OLD_HEAD }),
      ],
      passed(1, { targetSha: OLD_HEAD }),
    ],
    ['nothing is listed', passed(1), [], passed(1)],
  ])('%s', (_situation, build, batches, result) => {
    const after = fold(withBuild(build), batches);
    expect(resultOf(after)).toEqual({ build: result, attempt: 1 });
    // The same told again changes nothing.
    expect(resultOf(fold(after, batches))).toEqual({ build: result, attempt: 1 });
  });
});

describe('S7.1 of tests of commits that the branch has left, the one that was asked for last is the result', () => {
  const LEFT = sha(77);
  const doubtful = (build: Build) => {
    const { number, source } = pullOf(1).facts;
    const action = {
      kind: 'start_test',
      pr: number,
      sourceSha: source.sha,
      targetSha: LEFT,
      attempt: 1,
      reason: 'new_commit',
    } as const;
    return {
      ...withBuild(build),
      outbox: outboxOf({ action, state: 'unknown' }),
    };
  };
  const ofLeft = { targetSha: LEFT };
  const ofOldHead = { targetSha: OLD_HEAD };

  it.each<[situation: string, build: Build, batches: ObservedBatch[], result: Build]>([
    [
      'the younger one, though the older one was waited for',
      running(1, ofOldHead),
      [observedTest(1, 105, PASSED, ofLeft), observedTest(1, 101, PASSED, ofOldHead)],
      passed(1, { ...ofLeft, batch: 105 }),
    ],
    [
      'but the one of the present commit is kept, to which the branch was set back',
      passed(1),
      [observedTest(1, 105, PASSED, ofLeft)],
      passed(1),
    ],
  ])('%s', (_situation, build, batches, result) => {
    const after = fold(doubtful(build), batches);
    expect(resultOf(after).build).toEqual(result);
    expect(resultOf(fold(after, batches)).build).toEqual(result);
  });
});

describe('S6.10 nothing older than a retry is ever taken for the result', () => {
  it('the batch of an earlier attempt is ignored', () => {
    const retried = withBuild({ kind: 'unbuilt', why: 'retry' }, 2);
    expect(resultOf(fold(retried, [observedTest(1, 101, PASSED)]))).toEqual({
      build: { kind: 'unbuilt', why: 'retry' },
      attempt: 2,
    });
  });

  it('attempts are recovered from the batches when our storage was lost', () => {
    const batches = [
      observedTest(1, 101, PASSED),
      observedTest(1, 103, FAILED, { attempt: 2, reason: 'retry' }),
    ];
    expect(resultOf(fold(withBuild(unbuilt), batches))).toEqual({
      build: unreadFailure(1, { batch: 103, attempt: 2, reason: 'retry' }),
      attempt: 2,
    });
  });

  it('attempts of an earlier commit count too: a token is never used again', () => {
    const older = observedTest(1, 103, FAILED, { attempt: 3, sourceSha: sha(5) });
    expect(resultOf(fold(withBuild(unbuilt), [older]))).toEqual({ build: unbuilt, attempt: 3 });
  });
});

describe('S9.3 a batch that is no more is asked for again, under the next attempt', () => {
  it.each<[situation: string, batches: ObservedBatch[], missing: number[]]>([
    ['cancelled from outside', [observedTest(1, 101, CANCELLED)], []],
    ['deleted', [], [101]],
    ['without any of its jobs', [observedTest(1, 101, HOLLOW)], []],
  ])('%s', (_situation, batches, missing) => {
    expect(resultOf(fold(withBuild(running(1)), batches, missing))).toEqual({
      build: gone,
      attempt: 2,
    });
  });

  it('what has passed stays passed, though its batch is deleted later', () => {
    expect(resultOf(fold(withBuild(passed(1)), [], [101]))).toEqual({
      build: passed(1),
      attempt: 1,
    });
  });
});

describe('S6.8 which batches are live', () => {
  const idsAfter = (state: BranchState, batches: ObservedBatch[], missing: number[] = []) =>
    fold(state, batches, missing).live.map(({ id }) => id);
  const known = stateOf({ live: [liveTest(1, 101)] });

  it.each<[situation: string, batches: ObservedBatch[], missing: number[], ids: number[]]>([
    ['one more was found, newest last', [observedTest(2, 103, RUNNING)], [], [101, 103]],
    ['one is over', [observedTest(1, 101, PASSED)], [], []],
    ['one is gone', [], [101], []],
    ['one could not be read', [], [], [101]],
    [
      'one is cancelled but its jobs still end',
      [{ ...observedTest(1, 101, CANCELLED), over: false }],
      [],
      [101],
    ],
  ])('%s', (_situation, batches, missing, ids) => {
    expect(idsAfter(known, batches, missing)).toEqual(ids);
  });

  it('the time of a cancellation that was asked for is kept', () => {
    const asked = { ...liveTest(1, 101), cancelRequestedAt: NOON };
    const state = fold(stateOf({ live: [asked] }), [observedTest(1, 101, RUNNING)]);
    expect(state.live).toEqual([asked]);
  });

  it('a deploy belongs to no pull request', () => {
    const state = fold(stateOf(), [observedDeploy(101, RUNNING)]);
    expect(state.live).toEqual([{ id: 101, pr: null, sha: HEAD, cancelRequestedAt: null }]);
  });
});

describe('S2.4 after lost storage the result of one that is closed is kept, in case it comes back', () => {
  const older = observedTest(1, 101, FAILED);
  const newest = observedTest(1, 102, PASSED);
  const kept = {
    1: { sourceSha: sourceOf(1), build: { kind: 'passed', ...batchFacts(1, { batch: 102 }) } },
  };
  const first = { batchesReadTo: null };

  it.each<
    [
      situation: string,
      known: Parameters<typeof stateOf>[0],
      batches: ObservedBatch[],
      left: unknown,
    ]
  >([
    ['the newest', first, [newest, older], kept],
    ['none of an attempt that was asked for again', { ...first, attempts: { 1: 2 } }, [newest], {}],
    ['none that still runs', first, [observedTest(1, 102, RUNNING)], {}],
    ['none of one that is open', { ...first, pulls: [pullOf(1)] }, [newest], {}],
    ['not at a later look: then it left with what it had', {}, [newest], {}],
  ])('%s', (_situation, known, batches, left) => {
    expect(fold(stateOf(known), batches).left).toEqual(left);
  });
});

describe('S2.2 what a look settles and marks', () => {
  const flags = mark(stateOf().flags, { flag: 'batch', read: 'everything' });
  const state = stateOf({ pulls: [pullOf(1, { build: running(1) })], flags });
  const settled = (batches: ObservedBatch[]) =>
    foldBatches(state, look(batches, { seen: 1 }), NOON).flags;

  it('the state flag is left alone when nothing changed', () => {
    expect(settled([observedTest(1, 101, RUNNING)])).toEqual({
      ...flags,
      batch: { ...flags.batch, settled: 1 },
    });
  });

  it.each<[change: string, batches: ObservedBatch[]]>([
    ['a result', [observedTest(1, 101, PASSED)]],
    ['a batch that nobody knew', [observedTest(1, 101, RUNNING), observedTest(7, 107, RUNNING)]],
    ['a deploy', [observedTest(1, 101, RUNNING), observedDeploy(9, PASSED)]],
  ])('%s marks it', (_change, batches) => {
    expect(isDirty(settled(batches).state)).toBe(true);
  });

  it('the first look of all marks it, though there was nothing', () => {
    const first = foldBatches(stateOf({ batchesReadTo: null }), look([], { readTo: 0 }), NOON);
    expect([isDirty(first.flags.state), first.batchesReadTo]).toEqual([true, 0]);
  });

  it('a look that succeeded ends the hold on Batch', () => {
    const hold = { notBefore: NOON, failures: 3, error: 'x' };
    expect(
      fold(stateOf({ holds: { github: hold, batch: hold, kubernetes: null } }), []).holds,
    ).toEqual({
      github: hold,
      batch: null,
      kubernetes: null,
    });
  });

  it('what a batch says of itself is kept', () => {
    const reason = 'target_moved' as const;
    const batch = observedTest(1, 101, PASSED, { reason, messageDigest: 'x' });
    expect(fold(withBuild(unbuilt), [batch]).pulls[1]?.build).toEqual({
      kind: 'passed',
      ...batchFacts(1, { reason, messageDigest: 'x' }),
    });
  });
});
