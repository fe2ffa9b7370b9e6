// What came of a landing, or of looking after one -> state: landed, lost to somebody, refused, read back
// right or wrong. Part of fold-outcome.ts, which owns the outbox.
import type { LandingCommits } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { Landing } from '../../schemas/landing.ts';
import type { BranchState, OutboxRow } from '../../schemas/state.ts';
import { actionKey } from './action-key.ts';
import { raise } from './alert.ts';
import { withAttemptOf, withLanding, withoutRow, withPull, withRow } from './change.ts';
import { backoffMs } from './fault.ts';
import { mark } from './flags.ts';
import { isSurelyShown, landingOf, showsAsMerged } from './judge-branch.ts';
import type { LandingAction, Outcome } from './outcome.ts';
import { testRef } from './own-refs.ts';
import { READ_LAG_MS } from './read-lag.ts';

const KEPT_LANDINGS = 50;
/** A landing that failed so many times in a row gives way for a while. */
const LANDING_PATIENCE = 3;
/** After a landing whose answer was lost. */
const FIRST_LOOK_MS = 2_000;
const FIRST_PARKING_MS = 60_000;
const LONGEST_PARKING_MS = 30 * 60_000;

/**
 * Certain that nothing happened. The branch or the source may be elsewhere than our last look showed
 * it, and GitHub's reads may lag, so the pull request is read again and the next try waits a little.
 */
export function landAgain(
  state: BranchState,
  { action, kind }: Extract<Outcome, { kind: 'not_landed' | 'land_lost' }>,
  now: number,
  random: number,
): BranchState {
  const { landing } = action;
  const known = state.outbox[actionKey(state.branch, action)];
  // A lost answer has been counted when it was lost.
  const failures = Math.max(1, (known?.failures ?? 0) + (kind === 'land_lost' ? 1 : 0));
  const row: OutboxRow = {
    action: { kind: 'land', landing },
    state: 'failed',
    since: known?.since ?? now,
    ...(known?.triedAt !== undefined && { triedAt: known.triedAt }),
    failures,
    notBefore: now + backoffMs(failures, random, null),
    error: known?.error ?? 'the branch or the source branch has moved',
  };
  const flags = mark(state.flags, { flag: 'github', read: landing.pr });
  const marked =
    kind === 'land_lost' ? inDoubt({ ...state, flags }, landing, now) : { ...state, flags };
  // Reads that lag are no reason to give up: what has moved may have been moved by us.
  const lagging = kind === 'land_lost' && now - row.since < READ_LAG_MS;
  return lagging ? withRow(marked, row) : patiently(marked, row, now);
}

/**
 * Reads that lag are no failure of the landing: it is looked for after as long as it was tried before, until it must be shown.
 */
export function lookAgain(
  state: BranchState,
  { action, triedAt }: Extract<Outcome, { kind: 'not_shown' }>,
  now: number,
): BranchState {
  const known = state.outbox[actionKey(state.branch, action)];
  return withRow(state, {
    ...{ action, since: now, failures: 0, ...known },
    state: 'unknown',
    notBefore: Math.min(now + Math.max(now - triedAt, FIRST_LOOK_MS), triedAt + READ_LAG_MS),
    error: 'GitHub may show everything as it was',
  });
}

/** It was moved by somebody, or by a call of ours whose answer was lost, and reads that lag cannot tell. */
const inDoubt = (state: BranchState, landing: LandingCommits, now: number): BranchState =>
  withPull(state, landing.pr, (pull) => ({
    ...pull,
    maybeLanded: isSurelyShown(landing, pull.facts.source) ? null : { landing, since: now },
  }));

/**
 * Everything in it is in the branch already. What passed may have got there by us, and be forgotten: where rules keep its
 * source branch from coming along, GitHub does not show it as merged.
 */
export const suspectLanding = (state: BranchState, pr: PullNumber, now: number): BranchState =>
  withPull(state, pr, (pull) => {
    const { build, facts, maybeLanded } = pull;
    if (build.kind !== 'passed' || maybeLanded !== null) return pull;
    // Then a person has opened it again.
    if (state.landings.some(({ testedSha }) => testedSha === build.testedSha)) return pull;
    return { ...pull, maybeLanded: { landing: landingOf(facts, build, 'exact'), since: now } };
  });

/** S7.7: a landing that fails time and again is parked, so that the ones behind it go on. */
export function patiently(state: BranchState, row: OutboxRow, now: number): BranchState {
  const { action } = row;
  if (action.kind === 'land' && row.state === 'failed' && row.failures >= LANDING_PATIENCE)
    return parked(withoutRow(state, action), action, row.error ?? '', now);
  return withRow(state, row);
}

/** Recognised later, it may be below commits that were pushed on top. */
export function landed(
  state: BranchState,
  { action: { landing }, landedSha }: Extract<Outcome, { kind: 'landed' }>,
  now: number,
): BranchState {
  const { pr, targetSha, mode } = landing;
  const { [pr]: pull, ...pulls } = state.pulls;
  const record: Landing = {
    ...landing,
    title: pull?.facts.title ?? '',
    author: pull?.facts.author.login ?? '',
    labels: pull?.facts.labels ?? [],
    landedSha,
    at: now,
    verified: false,
    toClose: pull !== undefined && !showsAsMerged(landing, pull.facts.source),
    closedAt: null,
  };
  return {
    ...state,
    pulls,
    head: state.head === targetSha ? landedSha : state.head,
    candidate: state.candidate === pr ? null : state.candidate,
    attempts: pull ? withAttemptOf(state.attempts, pull) : state.attempts,
    landings: [record, ...state.landings].slice(0, KEPT_LANDINGS),
    // Where we move the branch ourselves, it goes with the same call.
    refsToDrop:
      mode === 'github' ? [...state.refsToDrop, testRef(state.branch, pr)] : state.refsToDrop,
  };
}

/** S9.2: a landing that is tried again does not post its check again. */
export const vouchedFor = (state: BranchState, pr: PullNumber, testedSha: Sha): BranchState =>
  withPull(state, pr, (pull) => ({ ...pull, vouched: testedSha }));

/** S7.9: whatever it is, it was not tested. Nothing else lands until a person has looked. */
export function frozenOverMismatch(
  state: BranchState,
  { action: { landing }, landedSha, found }: Extract<Outcome, { kind: 'landing_mismatch' }>,
  now: number,
): BranchState {
  const reason = `The landing of ${landedSha} was read back wrong: ${found}`;
  const text = `${state.branch} is frozen. ${reason}`;
  const { pr, batch } = landing;
  return raise(
    {
      ...withLanding(state, landing.testedSha, { verified: true }),
      frozen: { reason, by: 'sluice', since: now, until: null },
    },
    { cause: `mismatch ${landedSha}`, kind: 'landing_mismatch', text, at: now, pr, batch },
  );
}

/** S7.7: a refusal parks the pull request with GitHub's words; the ones behind it go on. */
export function parked(
  state: BranchState,
  { landing }: LandingAction,
  words: string,
  now: number,
): BranchState {
  return withPull(state, landing.pr, (pull) => {
    const times = (pull.parked?.times ?? 0) + 1;
    const pause = Math.min(FIRST_PARKING_MS * 2 ** (times - 1), LONGEST_PARKING_MS);
    return { ...pull, parked: { words, until: now + pause, times } };
  });
}
