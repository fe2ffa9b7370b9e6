// What was read from GitHub and Batch in one look, as plain values: the only way in which the
// world enters the state.
import type { MergeMethod, TestReason } from '../../schemas/action.ts';
import type { BatchId, Instant, PullNumber, Sha } from '../../schemas/ids.ts';
import type { PassedBefore, PullFacts, Rules } from '../../schemas/state.ts';
import type { Deployed } from './deployed-attributes.ts';

/** One pull request, read by number. */
export type PullRead =
  | { readonly kind: 'open'; readonly facts: PullFacts }
  | {
      readonly kind: 'gone';
      readonly number: PullNumber;
      readonly how: 'merged' | 'closed' | 'retargeted' | 'not found';
    }
  /** GitHub told of it what cannot be understood. */
  | { readonly kind: 'unreadable'; readonly number: PullNumber; readonly why: string };

export const numberOf = (read: PullRead): PullNumber =>
  read.kind === 'open' ? read.facts.number : read.number;

export interface GithubObservation {
  /** null: the branch does not exist. */
  readonly head: Sha | null;
  /** null: not read this time. */
  readonly rules: Rules | null;
  readonly pulls: readonly PullRead[];
  /** Our own refs of the branch, in full; null: not read this time. */
  readonly ownRefs: readonly string[] | null;
  /** The github flag's count when the look began. */
  readonly seen: number;
}

export type BatchPurpose =
  | {
      readonly kind: 'test';
      readonly pr: PullNumber;
      readonly sourceSha: Sha;
      readonly targetSha: Sha;
      readonly testedSha: Sha;
      readonly testedTree: Sha;
      readonly method: MergeMethod;
      readonly attempt: number;
      readonly reason: TestReason;
      readonly messageDigest: string;
      readonly passedBefore: PassedBefore | null;
    }
  | { readonly kind: 'deploy'; readonly sha: Sha; readonly attempt: number };

/**
 * - `hollow`: Batch calls it complete and successful, but it has none of its jobs: its creation
 *   was refused or died half-way. It is as good as no batch.
 */
export type BatchStatus =
  | { readonly kind: 'running' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly failure: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'hollow' };

export interface ObservedBatch {
  readonly id: BatchId;
  readonly purpose: BatchPurpose;
  /** How many jobs were submitted, by the record that we left on the batch. */
  readonly jobs: number;
  readonly status: BatchStatus;
  /** How many of its jobs have ended. */
  readonly finished: number;
  /** No job of it runs any more. */
  readonly over: boolean;
  readonly deployed: Deployed | null;
}

/** A namespace as the cluster has it. */
export interface LiveNamespace {
  readonly name: string;
  readonly uid: string;
  /** Another one with every change of it. */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  /** It is being deleted, whoever asked for it. */
  readonly isEnding: boolean;
}

export interface BatchObservation {
  readonly batches: readonly ObservedBatch[];
  /** Asked for one by one, twice, and not there. */
  readonly missing: readonly BatchId[];
  /** Could not be read, each with what was answered. */
  readonly unread: readonly { readonly batch: BatchId; readonly error: string }[];
  /** Every batch up to this id is over; null: not everything was read this time. */
  readonly readTo: number | null;
  /** The batch flag's count when the look began. */
  readonly seen: number;
}
