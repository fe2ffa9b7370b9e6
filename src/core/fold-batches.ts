// State + what Batch said -> state. Takes a result only from the newest batch of a pull request's
// present source commit and attempt; decides nothing.
import type { Sha } from '../../schemas/ids.ts';
import type {
  BranchState,
  Build,
  LiveBatch,
  MaybeLanded,
  PullRequest,
} from '../../schemas/state.ts';
import { actionKey } from './action-key.ts';
import { KEPT_ATTEMPTS, KEPT_RESULTS, remembering } from './change.ts';
import { inSteps } from './check.ts';
import { mark, settleScoped } from './flags.ts';
import { deployAttempts, foldDeploy } from './fold-deploys.ts';
import { isSurelyShown, landingOf } from './judge-branch.ts';
import { isNoBatch, knowing } from './known-batch.ts';
import type { BatchObservation, BatchPurpose, ObservedBatch } from './observation.ts';
import { isSame, keepSame } from './same.ts';
import { startsInDoubt, withoutDoubt } from './start-in-doubt.ts';
import { unreachable } from './unreachable.ts';

type TestPurpose = Extract<BatchPurpose, { kind: 'test' }>;
type Test = ObservedBatch & { readonly purpose: TestPurpose };

interface Context {
  readonly state: BranchState;
  /** Keys of the starts that were never answered: what comes of one was asked for after all that is known. */
  readonly awaited: ReadonlySet<string>;
  readonly now: number;
}

/** A test that may be the result. */
interface Candidate {
  readonly test: Test;
  /** It is about the branch's present commit. Of what is found all at once, after lost storage, it counts most. */
  readonly isOnHead: boolean;
  readonly isAwaited: boolean;
}

/** The result so far. */
interface Standing {
  readonly build: Build;
  readonly head: Sha | null;
  /** It runs, or is among what was listed now. */
  readonly isAtHand: boolean;
}

/** Settles the batch flag to what the look saw; marks the state flag if anything changed. */
export function foldBatches(state: BranchState, seen: BatchObservation, now: number): BranchState {
  const tests = seen.batches.filter((batch): batch is Test => batch.purpose.kind === 'test');
  const awaited = new Set(startsInDoubt(state));
  const pulls = Object.fromEntries(
    Object.entries(state.pulls).map(([number, pull]) => [
      number,
      foldTests(pull, tests, seen, { state, awaited, now }),
    ]),
  );
  const next: BranchState = {
    ...state,
    pulls: sameValues(pulls, state.pulls) ? state.pulls : pulls,
    deploy: keepSame(state.deploy, foldDeploy(state, seen)),
    attempts: attemptsOfOthers(state, tests),
    left: state.batchesReadTo === null ? resultsOfOthers(state, tests) : state.left,
    deployAttempts: deployAttempts(state.deployAttempts, seen),
    live: keepSame(state.live, liveBatches(state.live, seen)),
    unread: keepSame(state.unread, unreadBatches(state.unread, seen)),
    batchesReadTo: seen.readTo ?? state.batchesReadTo,
    outbox: seen.readTo === null ? state.outbox : withoutDoubt(state.outbox),
    holds: { ...state.holds, batch: null },
    flags: { ...state.flags, batch: settleScoped(state.flags.batch, seen.seen) },
  };
  return isUnchanged(state, next) ? next : { ...next, flags: mark(next.flags, { flag: 'state' }) };
}

const isUnchanged = (a: BranchState, b: BranchState): boolean =>
  a.pulls === b.pulls &&
  a.deploy === b.deploy &&
  a.live === b.live &&
  a.unread === b.unread &&
  a.outbox === b.outbox &&
  (a.batchesReadTo === null) === (b.batchesReadTo === null);

const sameValues = (a: object, b: object): boolean =>
  Object.entries(a).every(([key, value]) => Reflect.get(b, key) === value);

function foldTests(
  pull: PullRequest,
  tests: readonly Test[],
  seen: BatchObservation,
  { state, awaited, now }: Context,
): PullRequest {
  const own = tests.filter((test) => test.purpose.pr === pull.facts.number);
  // Lost storage forgets how often a test was asked for again; the batches remember.
  const attempt = Math.max(pull.attempt, ...own.map((test) => test.purpose.attempt));
  const known = attempt === pull.attempt ? pull : atAttempt(pull, attempt);
  const { build } = known;
  if (build.kind === 'running') {
    const observed = own.find((test) => test.id === build.batch);
    if (isNoBatch(build.batch, seen) || observed?.status.kind === 'cancelled')
      return goneBatch(known);
  }
  const standing = {
    build,
    head: state.head,
    isAtHand: build.kind === 'running' || own.some(({ id }) => id === knownBatch(build)),
  };
  const newest = own
    .filter(
      ({ purpose, status }) =>
        purpose.sourceSha === pull.facts.source.sha &&
        purpose.attempt === attempt &&
        // What could not be built on a later commit is not undone by an older result.
        (build.kind !== 'unbuildable' || purpose.targetSha === state.head) &&
        status.kind !== 'cancelled' &&
        status.kind !== 'hollow',
    )
    .map((test) => ({
      test,
      isOnHead: test.purpose.targetSha === state.head,
      isAwaited: awaited.has(startKey(state, test)),
    }))
    .filter((candidate) => !isSuperseded(candidate, standing))
    .toSorted((a, b) => Number(b.isOnHead) - Number(a.isOnHead) || b.test.id - a.test.id)[0];
  if (!newest) return known;
  const next = knowing(buildOf(newest.test), build);
  if (isSame(next, build)) return known;
  const isNews = next.kind === 'passed' && next.batch !== knownBatch(build);
  return {
    ...known,
    build: next,
    maybeLanded: isNews ? forgotten(known, next, state, now) : known.maybeLanded,
  };
}

const startKey = ({ branch }: BranchState, { purpose }: Test): string =>
  actionKey(branch, { ...purpose, kind: 'start_test' });

/**
 * A younger one counts more. But one about another commit than the branch's present one takes no place of one about that, nor, unless
 * it was awaited, of one that runs or is listed beside it: then the branch was set back, and the known one was asked for last.
 * Of older ones we have known, or are told by whoever asks for the same test again.
 */
function isSuperseded(
  { test, isOnHead, isAwaited }: Candidate,
  { build, head, isAtHand }: Standing,
): boolean {
  if (!('batch' in build) || test.id === build.batch) return false;
  const isKept = build.targetSha === head || (isAtHand && !isAwaited);
  return test.id < build.batch || (!isOnHead && isKept);
}

/**
 * A result that we have not waited for is found after lost storage, and what we did then with a result is forgotten,
 * too. GitHub surely knows of a landing that took its source branch along.
 */
function forgotten(
  { facts, maybeLanded }: PullRequest,
  build: Extract<Build, { kind: 'passed' }>,
  { landings }: BranchState,
  now: number,
): MaybeLanded | null {
  const isKnown = landings.some(({ testedSha }) => testedSha === build.testedSha);
  // By whatever landed as another commit than the tested one, GitHub shows the pull request as merged.
  const landing = landingOf(facts, build, 'exact');
  if (isKnown || isSurelyShown(landing, facts.source)) return maybeLanded;
  return { landing, since: now };
}

/** A test of an earlier attempt counts no more; waiting for it would be waiting for ever. */
const atAttempt = (pull: PullRequest, attempt: number): PullRequest => ({
  ...pull,
  attempt,
  build: 'batch' in pull.build ? { kind: 'unbuilt', why: 'batch_gone' } : pull.build,
});

/**
 * Of pull requests that we do not know, or not yet: one that is read after its batches were must
 * not count from the beginning again.
 */
function attemptsOfOthers(state: BranchState, tests: readonly Test[]): BranchState['attempts'] {
  const later: Record<number, number> = {};
  for (const { purpose } of tests) {
    const { pr, attempt } = purpose;
    const known = later[pr] ?? state.attempts[pr] ?? 1;
    if (!state.pulls[pr] && attempt > known) later[pr] = attempt;
  }
  return sameValues(later, {}) ? state.attempts : remembering(state.attempts, later, KEPT_ATTEMPTS);
}

/** After lost storage: one that is closed and may come back was tested when it was open. */
function resultsOfOthers(state: BranchState, tests: readonly Test[]): BranchState['left'] {
  const attempts = attemptsOfOthers(state, tests);
  const results = tests
    .filter(({ purpose: { pr, attempt }, status }) => {
      const isResult = status.kind === 'passed' || status.kind === 'failed';
      return isResult && !state.pulls[pr] && attempt === (attempts[pr] ?? 1);
    })
    .toSorted((a, b) => a.id - b.id)
    .map((test) => {
      const { pr, sourceSha } = test.purpose;
      return [pr, { sourceSha, build: buildOf(test) }] as const;
    });
  const unknown = results.filter(([pr]) => !state.left[pr]);
  return remembering(state.left, Object.fromEntries(unknown), KEPT_RESULTS);
}

const knownBatch = (build: Build): number => ('batch' in build ? build.batch : 0);

/** Same intent, new attempt: the old one's token would only find the batch that is gone. */
const goneBatch = (pull: PullRequest): PullRequest => ({
  ...pull,
  attempt: pull.attempt + 1,
  build: { kind: 'unbuilt', why: 'batch_gone' },
});

function buildOf({ id, purpose, jobs, status, finished }: Test): Build {
  const { attempt, targetSha, testedSha, testedTree, method } = purpose;
  const { reason, messageDigest, passedBefore } = purpose;
  const test = {
    batch: id,
    attempt,
    targetSha,
    testedSha,
    testedTree,
    method,
    jobs,
    reason,
    messageDigest,
    passedBefore,
  };
  switch (status.kind) {
    case 'running':
      return { kind: 'running', ...test, finished: inSteps(finished, jobs) };
    case 'passed':
      return { kind: 'passed', ...test };
    case 'failed':
      return { kind: 'failed', ...test, failure: status.failure, failedJobs: null };
    case 'cancelled':
    case 'hollow':
      return { kind: 'unbuilt', why: 'batch_gone' };
    default:
      return unreachable(status, 'buildOf');
  }
}

/** A look at a few batches says nothing of the others. */
function unreadBatches(
  known: BranchState['unread'],
  { batches, missing, unread, readTo }: BatchObservation,
): BranchState['unread'] {
  const seen = new Set([
    ...[...batches.map(({ id }) => id), ...missing],
    ...unread.map(({ batch }) => batch),
  ]);
  const others = readTo === null ? known.filter(({ batch }) => !seen.has(batch)) : [];
  return [...others, ...unread];
}

/** What could not be read this time stays as it was. */
function liveBatches(known: readonly LiveBatch[], seen: BatchObservation): LiveBatch[] {
  const read = new Map(seen.batches.map((batch) => [batch.id, batch]));
  const kept = known.filter(({ id }) => !seen.missing.includes(id) && read.get(id)?.over !== true);
  const added = seen.batches
    .filter(({ id, over }) => !over && !kept.some((batch) => batch.id === id))
    .map(
      ({ id, purpose }): LiveBatch => ({
        id,
        pr: purpose.kind === 'test' ? purpose.pr : null,
        sha: purpose.kind === 'test' ? purpose.sourceSha : purpose.sha,
        cancelRequestedAt: null,
      }),
    );
  return [...kept, ...added].toSorted((a, b) => a.id - b.id);
}
