// What people tell a branch: state + command -> state. These few facts are nowhere else; everything
// else in the state can be read again.
import type { BatchId, BranchName, PullNumber, Sha } from '../../schemas/ids.ts';
import type { BranchState, Build, PullRequest } from '../../schemas/state.ts';
import { raise } from './alert.ts';
import { inShort, short } from './check.ts';
import { checkOwners } from './check-owners.ts';
import { mark, markAll } from './flags.ts';
import { freezeAt } from './freeze.ts';
import { landingInDoubt } from './judge-branch.ts';
import { type NamespaceCommand, obeyNamespace } from './namespace-command.ts';
import { err, ok, type Result } from './result.ts';

/** Each says who gives it: that is noted in the event log. */
export type Command =
  | { readonly kind: 'authorize'; readonly sha: Sha; readonly by: string }
  | {
      readonly kind: 'freeze';
      readonly reason: string;
      readonly by: string;
      /** When it ends by itself; null: when it is told to. */
      readonly until: number | null;
    }
  | { readonly kind: 'unfreeze'; readonly by: string }
  /** `tactical`: only what has not passed yet, for the same commits. */
  | {
      readonly kind: 'retry';
      readonly pr: PullNumber;
      readonly tactical: boolean;
      readonly by: string;
    }
  /** The same by a button on our check: of whichever pull request's check stands on the commit. */
  | {
      readonly kind: 'retry_commit';
      readonly sha: Sha;
      /** What the check said on which the button was; null: it was on none of them. */
      readonly words: string | null;
      readonly tactical: boolean;
      readonly by: string;
    }
  | { readonly kind: 'update'; readonly by: string }
  /** Has happened already, outside of every branch: it is only to be in the log. */
  | {
      readonly kind: 'note_dev_deploy';
      readonly branch: BranchName;
      readonly user: string;
      readonly batch: BatchId;
      readonly by: string;
    }
  | NamespaceCommand;

const KEPT_AUTHORIZED = 1_000;

/** @returns the new state, or a sentence that says why the command makes no sense now */
export function obey(
  state: BranchState,
  command: Command,
  now: number,
): Result<BranchState, string> {
  const marked = { ...state, flags: mark(state.flags, { flag: 'state' }) };
  switch (command.kind) {
    case 'authorize': {
      const others = state.authorized.filter((sha) => sha !== command.sha);
      return ok({ ...marked, authorized: [...others, command.sha].slice(-KEPT_AUTHORIZED) });
    }
    case 'freeze':
      return freeze(marked, command, now);
    case 'unfreeze':
      if (!freezeAt(state, now)) return err('CI is already unfrozen.');
      return ok({ ...marked, frozen: null });
    case 'retry':
      return retry(marked, command);
    case 'retry_commit':
      return retryCommit(marked, command);
    case 'update':
      return ok({ ...state, flags: markAll(state.flags) });
    case 'note_dev_deploy':
      return ok(state);
    default:
      return obeyNamespace(state, command, now);
  }
}

function freeze(
  state: BranchState,
  { reason, by, until }: Extract<Command, { kind: 'freeze' }>,
  now: number,
): Result<BranchState, string> {
  if (freezeAt(state, now)) return err('CI is already frozen.');
  const frozen = { ...state, frozen: { reason, by, since: now, until } };
  // Whoever is on call need not have been there.
  const text = `${state.branch} is frozen by ${by}: ${reason}`;
  return ok(raise(frozen, { cause: `frozen at ${now}`, kind: 'frozen', text, at: now }));
}

/** The pull request that a command wants to be tested again, if any. */
export function retriedPull(state: BranchState, command: Command): PullRequest | null {
  if (command.kind === 'retry') return state.pulls[command.pr] ?? null;
  if (command.kind !== 'retry_commit') return null;
  const pr = checkOwners(state).get(command.sha);
  return pr === undefined ? null : (state.pulls[pr] ?? null);
}

/** GitHub may tell of one press twice, and the second time long after it: only a result can be repeated, and once. */
function retryCommit(
  state: BranchState,
  command: Extract<Command, { kind: 'retry_commit' }>,
): Result<BranchState, string> {
  const { sha, words, tactical, by } = command;
  const pull = retriedPull(state, command);
  if (!pull)
    return err(
      `Retry cannot be requested: no open pull request of ${state.branch} is at ${short(sha)}.`,
    );
  if (words !== null && pull.facts.shown?.words !== words)
    return err('Retry cannot be requested: this is the check of an earlier test.');
  if (pull.build.kind === 'running')
    return err('Retry cannot be requested: the test has not ended yet.');
  return retry(state, { pr: pull.facts.number, tactical, by });
}

/** S6.10: invalidates the batch; nothing older is ever taken for the result again. */
function retry(
  state: BranchState,
  { pr, tactical, by }: Pick<Extract<Command, { kind: 'retry' }>, 'pr' | 'tactical' | 'by'>,
): Result<BranchState, string> {
  const pull = state.pulls[pr];
  if (!pull) return err(`#${pr} is not an open pull request of ${state.branch}.`);
  // Its test is how a landing is recognised whose answer was lost.
  if (landingInDoubt(state)?.pr === pr)
    return err('Retry cannot be requested: it is being found out whether this PR has landed.');
  switch (pull.build.kind) {
    case 'unbuilt':
      return err(
        isRetry(pull.build)
          ? `A retry was asked for already${pull.retriedBy ? `, by ${pull.retriedBy}` : ''}.`
          : 'Retry cannot be requested because this PR has no batch.',
      );
    case 'unbuildable':
      return err(`Retry cannot be requested: ${inShort(pull.build.why)}`);
    default: {
      const retried = {
        ...pull,
        attempt: pull.attempt + 1,
        build: { kind: 'unbuilt', why: tactical ? 'tactical_retry' : 'retry' } as const,
        parked: null,
        retriedBy: by,
      };
      return ok({ ...state, pulls: { ...state.pulls, [pr]: retried } });
    }
  }
}

const isRetry = ({ why }: Extract<Build, { kind: 'unbuilt' }>): boolean =>
  why === 'retry' || why === 'tactical_retry';
