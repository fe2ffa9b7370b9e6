// What a watched branch remembers: the one shape that the core computes with and that the
// Durable Object stores (version 1). Everything here can be rebuilt from GitHub and Batch,
// except what people told us: freezes, authorized commits, retries.
import { z } from 'zod';
import { Action, Check, LandingCommits, MergeMethod, TestReason } from './action.ts';
import { Diagnosis } from './diagnosis.ts';
import { Flags } from './flags.ts';
import { Freeze } from './freeze.ts';
import { BatchId, BranchName, Instant, PullNumber, Sha } from './ids.ts';
import { Landing } from './landing.ts';
import { clusterFields } from './namespace.ts';
import { watchFields } from './standstill.ts';
import { Sweep } from './sweep.ts';
import { Unbuildable } from './unbuildable.ts';
import { Said } from './words.ts';

export const PassedBefore = z
  .object({ steps: z.number().int().positive(), batches: z.array(BatchId).readonly() })
  .readonly();
export type PassedBefore = z.infer<typeof PassedBefore>;

/** A batch that tests `testedSha`, which is the source merged by `method` on `targetSha`. */
const TestBatch = {
  batch: BatchId,
  attempt: z.number().int().positive(),
  targetSha: Sha,
  testedSha: Sha,
  testedTree: Sha,
  method: MergeMethod.default('squash'),
  /** How many jobs were submitted; a batch with any other number proves nothing. */
  jobs: z.number().int().positive(),
  reason: TestReason,
  /** Steps that were left out because they had passed in these batches, for the same commits; null: none. */
  passedBefore: PassedBefore.nullable(),
  /** Digest of the commit message that is tested, to notice a title edited since. */
  messageDigest: z.string(),
};

/** Names of the jobs that failed; null until they were read. */
const FailedJobs = z.array(z.string()).readonly().nullable();

/** What we know of the newest test of a pull request's present source commit. */
export const Build = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('unbuilt'),
      why: z.enum(['new_commit', 'retry', 'tactical_retry', 'batch_gone']),
    })
    .readonly(),
  z.object({ kind: z.literal('unbuildable'), targetSha: Sha, why: Unbuildable }).readonly(),
  z
    .object({
      kind: z.literal('running'),
      ...TestBatch,
      /** Of its jobs, as far as it is told: in so few steps that each may be posted. */
      finished: z.number().int().nonnegative().default(0),
    })
    .readonly(),
  z.object({ kind: z.literal('passed'), ...TestBatch }).readonly(),
  z
    .object({
      kind: z.literal('failed'),
      ...TestBatch,
      failure: z.string(),
      failedJobs: FailedJobs,
    })
    .readonly(),
]);
export type Build = z.infer<typeof Build>;

/** Reviews as GitHub has them; `decision` is null where the branch has no review rule. */
export const Review = z
  .object({
    decision: z.enum(['approved', 'changes_requested', 'review_required']).nullable(),
    approvedBy: z.array(z.string()).readonly(),
    changesRequestedBy: z.array(z.string()).readonly(),
  })
  .readonly();
export type Review = z.infer<typeof Review>;

/** The newest report of one check on the source commit. */
export const ReportedCheck = z
  .object({
    name: z.string(),
    /** By which App; `untold` for a status by one, of which GitHub does not tell the number; null for anybody's status. */
    app: z.union([z.number().int(), z.literal('untold')]).nullable(),
    state: z.enum(['pending', 'success', 'failure']),
    /** GitHub calls this very report required. It says so only when asked about one pull request, not in a list. */
    required: z.boolean().default(false),
  })
  .readonly();
export type ReportedCheck = z.infer<typeof ReportedCheck>;

/** A merge that GitHub has made of a pull request to see whether it can be; often of commits of some time ago. */
export const TestMerge = z
  .object({ sha: Sha, tree: Sha, parents: z.array(Sha).readonly() })
  .readonly();
export type TestMerge = z.infer<typeof TestMerge>;

/** What GitHub says of an open pull request. */
export const PullFacts = z
  .object({
    number: PullNumber,
    title: z.string(),
    body: z.string(),
    draft: z.boolean(),
    author: z.object({ login: z.string(), name: z.string(), email: z.string() }).readonly(),
    assignees: z.array(z.string()).readonly(),
    reviewers: z.array(z.string()).readonly(),
    labels: z.array(z.string()).readonly(),
    source: z
      .object({
        sha: Sha,
        branch: z.string(),
        /** null when the fork was deleted */
        repo: z.string().nullable(),
        /** null: GitHub does not show the commit yet. */
        committedAt: Instant.nullable(),
        /**
         * May a landing move the source branch to the tested commit, so that GitHub shows the pull
         * request as merged? Not a fork's, nor one that is more than this pull request's branch.
         */
        movable: z.boolean(),
      })
      .readonly(),
    review: Review,
    checks: z.array(ReportedCheck).readonly(),
    /** Our own check as GitHub shows it on the source commit. */
    shown: Check.nullable(),
    testMerge: TestMerge.nullable().default(null),
    createdAt: Instant,
  })
  .readonly();
export type PullFacts = z.infer<typeof PullFacts>;

/** A merge that GitHub refused: not tried again before `until`. */
export const Parked = z
  .object({ words: z.string(), until: Instant, times: z.number().int() })
  .readonly();
export type Parked = z.infer<typeof Parked>;

/**
 * A landing that may have happened without our knowing: the branch moved as we tried, or we have forgotten what
 * we did. Looked for once, when reads are sure to show it.
 */
export const MaybeLanded = z.object({ landing: LandingCommits, since: Instant }).readonly();
export type MaybeLanded = z.infer<typeof MaybeLanded>;

export const PullRequest = z
  .object({
    facts: PullFacts,
    /** Counts up with every retry and every batch that went missing; never down. */
    attempt: z.number().int().positive(),
    build: Build,
    /** The check we posted last and when; GitHub's reads may lag behind it. */
    posted: z.object({ sha: Sha, check: Check, at: Instant }).readonly().nullable(),
    /** The tested commit that carries our check, posted for branch protection before it lands. */
    vouched: Sha.nullable(),
    parked: Parked.nullable(),
    /** Who asked for the newest retry; null: nobody has. */
    retriedBy: z.string().nullable().default(null),
    maybeLanded: MaybeLanded.nullable(),
    ...Said.unwrap().shape,
  })
  .readonly();
export type PullRequest = z.infer<typeof PullRequest>;

const DeployBatch = {
  sha: Sha,
  batch: BatchId,
  attempt: z.number().int().positive(),
  jobs: z.number().int().positive(),
};
/** The newest deploy. */
export const Deploy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }).readonly(),
  z.object({ kind: z.literal('running'), ...DeployBatch }).readonly(),
  z.object({ kind: z.literal('succeeded'), ...DeployBatch }).readonly(),
  z
    .object({
      kind: z.literal('failed'),
      ...DeployBatch,
      failure: z.string(),
      failedJobs: FailedJobs,
    })
    .readonly(),
  /** Its batch was deleted: the branch is deployed again under the next attempt. */
  z.object({ kind: z.literal('gone'), sha: Sha }).readonly(),
  z.object({ kind: z.literal('unbuildable'), sha: Sha, why: Unbuildable }).readonly(),
]);
export type Deploy = z.infer<typeof Deploy>;

/** A batch of this branch that is not over. `pr` is null for a deploy. */
export const LiveBatch = z
  .object({
    id: BatchId,
    pr: PullNumber.nullable(),
    sha: Sha,
    cancelRequestedAt: Instant.nullable(),
  })
  .readonly();
export type LiveBatch = z.infer<typeof LiveBatch>;

/** When an API may be called again after it failed or told us to wait. */
export const Hold = z
  .object({
    notBefore: Instant,
    failures: z.number().int(),
    error: z.string(),
    /** What is left is kept for landings: their calls may be made from then on already. */
    landingsNotBefore: Instant.optional(),
    /** What a person was told to mend, whatever else has gone wrong since. */
    told: z.string().optional(),
  })
  .readonly();
export type Hold = z.infer<typeof Hold>;

/**
 * An action that has begun and has not succeeded.
 * `begun`: its outcome never came back, as after a crash. `unknown`: an answer was lost.
 * `failed`: it certainly had no effect.
 */
export const OutboxRow = z
  .object({
    action: Action,
    state: z.enum(['begun', 'unknown', 'failed']),
    /** When it was tried first. */
    since: Instant,
    /** Of a landing, when it was tried last: reads may lag behind that. */
    triedAt: Instant.optional(),
    failures: z.number().int(),
    notBefore: Instant,
    error: z.string().nullable(),
  })
  .readonly();
export type OutboxRow = z.infer<typeof OutboxRow>;

/** Checks that the branch's rules require. `app` null means that any reporter will do. */
export const Rules = z
  .object({
    checks: z
      .array(z.object({ name: z.string(), app: z.number().int().nullable() }).readonly())
      .readonly(),
  })
  .readonly();
export type Rules = z.infer<typeof Rules>;

/** Everything but the pull requests, which are stored a row each. */
export const BranchRecord = z
  .object({
    v: z.literal(1),
    branch: BranchName,
    flags: Flags,
    /** The branch's present commit; null until it was first read. */
    head: Sha.nullable(),
    rules: Rules.nullable(),
    /** Open pull requests of which GitHub's last answer could not be read, by number with why. */
    unreadPulls: z.record(z.coerce.number(), z.string()).readonly().default({}),
    candidate: PullNumber.nullable(),
    deploy: Deploy,
    frozen: Freeze.nullable(),
    authorized: z.array(Sha).readonly(),
    live: z.array(LiveBatch).readonly(),
    /** Batches that should be there and could not be read, with what was answered. */
    unread: z.array(z.object({ batch: BatchId, error: z.string() }).readonly()).readonly(),
    /** Every batch up to this id is known to be over; null until Batch was first read. */
    batchesReadTo: z.number().int().nullable(),
    ...clusterFields,
    /** Newest first, bounded. */
    landings: z.array(Landing).readonly(),
    /** Attempt numbers of pull requests that left, in case they come back; bounded. */
    attempts: z.record(z.coerce.number(), z.number().int()).readonly(),
    /** Results of pull requests that left, in case they come back with the same commit; bounded. */
    left: z
      .record(z.coerce.number(), z.object({ sourceSha: Sha, build: Build }).readonly())
      .readonly(),
    /** What was said and done on pull requests that left, in case they come back: GitHub keeps it; bounded. */
    said: z.record(z.coerce.number(), Said).readonly().default({}),
    /** The last attempt at deploying a SHA, in case the branch comes back to it; bounded. */
    deployAttempts: z.record(z.string(), z.number().int()).readonly(),
    /** Refs of our own, in full, that are to be removed. */
    refsToDrop: z.array(z.string()).readonly(),
    ...watchFields,
    outbox: z.record(z.string(), OutboxRow).readonly(),
    holds: z
      .object({ github: Hold.nullable(), batch: Hold.nullable(), kubernetes: Hold.nullable() })
      .readonly(),
    sweep: Sweep.nullable().default(null),
    diagnosis: Diagnosis.nullable().default(null),
    polledAt: Instant.nullable(),
    /** When the state flag was last settled. */
    decidedAt: Instant,
  })
  .readonly();
export type BranchRecord = z.infer<typeof BranchRecord>;

export type Pulls = Readonly<Record<number, PullRequest>>;
export type BranchState = BranchRecord & { readonly pulls: Pulls };
