// State + what GitHub said -> state. Knows which answers may be older than what we did ourselves
// (GitHub's reads lag behind its writes); decides nothing.
import type { Check } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { Landing } from '../../schemas/landing.ts';
import type {
  BranchState,
  Hold,
  PullFacts,
  PullRequest,
  Pulls,
  Rules,
} from '../../schemas/state.ts';
import { KEPT_RESULTS, remembering, withAttemptOf, withLanding } from './change.ts';
import { sameCheck } from './check.ts';
import { mark, settleScoped } from './flags.ts';
import type { GithubObservation, PullRead } from './observation.ts';
import { pullOfTestRef, testRef } from './own-refs.ts';
import { READ_LAG_MS } from './read-lag.ts';
import { isSame } from './same.ts';

/** Settles the github flag to what the look saw; marks the state flag if anything changed. */
export function foldGithub(state: BranchState, seen: GithubObservation, now: number): BranchState {
  const posted = postedLately(state, now);
  const read = seen.pulls.map((read) => withPosted(read, posted));
  const pulls = read.reduce<BranchState>((folded, read) => foldPull(folded, read, now), {
    ...state,
    head: believableHead(state, seen.head, now),
    rules: seen.rules ?? state.rules,
  });
  const next = seen.ownRefs ? withLeftovers(pulls, seen.ownRefs) : pulls;
  const changed =
    !isSame(shape(state), shape(next)) ||
    next.pulls !== state.pulls ||
    next.landings !== state.landings;
  const flags = { ...next.flags, github: settleScoped(next.flags.github, seen.seen) };
  return {
    ...next,
    flags: changed ? mark(flags, { flag: 'state' }) : flags,
    holds: { ...next.holds, github: stillKept(next.holds.github, now) },
  };
}

/** Of a look whose rest has failed: what the rules ask for they ask for at once. */
export const foldRules = (state: BranchState, rules: Rules): BranchState =>
  isSame(state.rules, rules)
    ? state
    : { ...state, rules, flags: mark(state.flags, { flag: 'state' }) };

/** A look of a landing was made from what is kept, and tells nothing of when there is more. */
const stillKept = (hold: Hold | null, now: number): Hold | null =>
  hold?.landingsNotBefore !== undefined && hold.notBefore > now ? hold : null;

const shape = ({ head, rules, refsToDrop, unreadPulls }: BranchState) => [
  head,
  rules,
  refsToDrop,
  unreadPulls,
];

/**
 * A replica may answer with a commit below the ones that we have just landed. Believing it would
 * deploy the older commit again. After the lag it is believed: somebody reset the branch.
 */
function believableHead(state: BranchState, observed: Sha | null, now: number): Sha | null {
  const recent = state.landings.filter(({ at }) => now - at < READ_LAG_MS);
  const stale =
    state.head === recent[0]?.landedSha && recent.some(({ targetSha }) => targetSha === observed);
  return stale ? state.head : observed;
}

/** Our checks that reads may not show yet, by their commits, the newest last. */
const postedLately = ({ pulls }: BranchState, now: number): Map<Sha, Check> =>
  new Map(
    Object.values(pulls)
      .flatMap(({ posted }) => (posted && now - posted.at < READ_LAG_MS ? [posted] : []))
      .toSorted((a, b) => a.at - b.at)
      .map(({ sha, check }) => [sha, check]),
  );

/** Another pull request may have the commit that one's check was posted on. */
function withPosted(read: PullRead, posted: ReadonlyMap<Sha, Check>): PullRead {
  if (read.kind !== 'open') return read;
  const check = posted.get(read.facts.source.sha);
  if (!check || sameCheck(check, read.facts.shown)) return read;
  return { ...read, facts: { ...read.facts, shown: check } };
}

function foldPull(state: BranchState, read: PullRead, now: number): BranchState {
  switch (read.kind) {
    case 'gone':
      return withoutPull(readable(state, read.number), read.number);
    case 'open': {
      const { facts } = read;
      const known = readable(state, facts.number);
      const landing = shownTooLong(state, facts, now);
      return landing ? stillOpen(known, landing, now) : withFacts(known, facts);
    }
    case 'unreadable':
      return { ...state, unreadPulls: { ...state.unreadPulls, [read.number]: read.why } };
  }
}

function readable(state: BranchState, number: PullNumber): BranchState {
  if (state.unreadPulls[number] === undefined) return state;
  const { [number]: _, ...unreadPulls } = state.unreadPulls;
  return { ...state, unreadPulls };
}

/** GitHub may list a pull request as open for some time after it landed, or after we closed it; later it was opened again. */
function shownTooLong(state: BranchState, facts: PullFacts, now: number): Landing | undefined {
  const isRecent = (at: number): boolean => now - at < READ_LAG_MS;
  return state.landings.find(
    ({ pr, sourceSha, testedSha, at, verified, closedAt }) =>
      pr === facts.number &&
      [sourceSha, testedSha].includes(facts.source.sha) &&
      (isRecent(at) || !verified || closedAt === null || isRecent(closedAt)),
  );
}

/** That a pull request's commit has got into the branch GitHub notices by itself, but nobody promises that it always does. */
function stillOpen(state: BranchState, landing: Landing, now: number): BranchState {
  const left = withoutPull(state, landing.pr);
  const isMissed = landing.closedAt === null && now - landing.at >= READ_LAG_MS;
  return isMissed && !landing.toClose
    ? withLanding(left, landing.testedSha, { toClose: true })
    : left;
}

function withFacts(state: BranchState, facts: PullFacts): BranchState {
  const known = state.pulls[facts.number];
  const next = known ? updatedPull(known, facts) : newPull(facts, state);
  if (known && isSame(known, next)) return state;
  // One that comes back before its ref was dropped needs it again.
  const own = testRef(state.branch, facts.number);
  const refsToDrop = state.refsToDrop.filter((ref) => ref !== own);
  return { ...state, refsToDrop, pulls: { ...state.pulls, [facts.number]: next } };
}

/** One that comes back with the commit that it left with has its result still; what we said on it stands there. */
function newPull(facts: PullFacts, state: BranchState): PullRequest {
  const left = state.left[facts.number];
  return {
    facts,
    attempt: state.attempts[facts.number] ?? 1,
    build:
      left?.sourceSha === facts.source.sha ? left.build : { kind: 'unbuilt', why: 'new_commit' },
    posted: null,
    vouched: null,
    parked: null,
    retriedBy: null,
    maybeLanded: null,
    ...(state.said[facts.number] ?? { reviewer: null, comment: null }),
  };
}

function updatedPull(known: PullRequest, facts: PullFacts): PullRequest {
  const sameSource = known.facts.source.sha === facts.source.sha;
  if (!sameSource)
    return {
      ...known,
      facts,
      build: { kind: 'unbuilt', why: 'new_commit' },
      posted: null,
      parked: null,
      retriedBy: null,
      maybeLanded: null,
    };
  return { ...known, facts };
}

/**
 * What calls have left behind that were cut off, or came too late, or that was forgotten with the storage: every
 * scratch branch, since a look is never made while a commit is being made, and what is kept for a pull request
 * that is not there.
 */
function withLeftovers(state: BranchState, ownRefs: readonly string[]): BranchState {
  const isLeft = (ref: string): boolean => {
    const pr = pullOfTestRef(state.branch, ref);
    return !state.refsToDrop.includes(ref) && (pr === null || !state.pulls[pr]);
  };
  const left = ownRefs.filter(isLeft);
  return left.length === 0 ? state : { ...state, refsToDrop: [...state.refsToDrop, ...left] };
}

/** Forgets a pull request that was closed, merged or retargeted, and has its ref cleaned up. */
export function withoutPull(state: BranchState, number: PullNumber): BranchState {
  const left = state.pulls[number];
  if (!left) return state;
  const { [number]: _, ...pulls } = state.pulls;
  const { [number]: __, ...others } = state.left;
  return {
    ...state,
    pulls: pulls as Pulls,
    attempts: withAttemptOf(state.attempts, left),
    left: remembering(others, resultOf(left), KEPT_RESULTS),
    said: remembering(state.said, saidOn(left), KEPT_RESULTS),
    candidate: state.candidate === number ? null : state.candidate,
    // Whatever its build is now, an earlier commit of it may have been tested.
    refsToDrop: [...state.refsToDrop, testRef(state.branch, number)],
  };
}

/**
 * A test that still runs is cancelled, and says nothing later; no more does one from before it was asked for again. Why there
 * can be none may be long, and is found out again without one.
 */
function resultOf({ facts, build }: PullRequest): BranchState['left'] {
  if (build.kind !== 'passed' && build.kind !== 'failed') return {};
  return { [facts.number]: { sourceSha: facts.source.sha, build } };
}

const saidOn = ({ facts, reviewer, comment }: PullRequest): BranchState['said'] =>
  reviewer === null && comment === null ? {} : { [facts.number]: { reviewer, comment } };
