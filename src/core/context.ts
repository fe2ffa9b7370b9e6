// What one decision is made from: the state and the settings, with the judgements that several parts of it share.
import type { LandingCommits } from '../../schemas/action.ts';
import type { PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchState, OutboxRow, PullRequest } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import type { Reason } from './reason.ts';

export interface Context {
  readonly state: BranchState;
  readonly config: BranchConfig;
  readonly now: number;
  readonly branch: readonly Reason[];
  /** A landing whose outcome is not known yet; nothing may land or start beside it. */
  readonly doubt: LandingCommits | null;
  /** Whose check stands on a source commit: two pull requests may have the same. */
  readonly checkOwners: ReadonlyMap<Sha, PullNumber>;
}

/** Nothing is started on half a picture: batches that still run must be known first (S2.4). */
export const isReady = ({ state, doubt }: Context): boolean =>
  state.head !== null && state.rules !== null && state.batchesReadTo !== null && doubt === null;

export const testsRunning = (state: BranchState): PullNumber[] =>
  state.live.flatMap((batch) =>
    batch.pr !== null && batch.cancelRequestedAt === null ? [batch.pr] : [],
  );

/** What became of starting the test that would be started now; one of another commit says nothing of it. */
export function startRow({ facts, attempt }: PullRequest, { state }: Context): OutboxRow | null {
  const isIt = ({ action }: OutboxRow): boolean =>
    action.kind === 'start_test' &&
    action.pr === facts.number &&
    action.sourceSha === facts.source.sha &&
    action.targetSha === state.head &&
    action.attempt === attempt;
  return Object.values(state.outbox).find(isIt) ?? null;
}
