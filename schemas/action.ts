// What a pass may do to the outside world. An action carries everything that its key is made
// of; it is stored in the outbox, so its shape is part of the stored state.
import { z } from 'zod';
import { BatchId, PullNumber, Sha } from './ids.ts';

/** What GitHub shows for us on a commit. `description` has at most 140 characters. */
export const Check = z
  .object({
    state: z.enum(['pending', 'success', 'failure', 'error']),
    description: z.string(),
    url: z.string(),
    /** Digest of all that a check run says; none for a commit status, which says no more than the above. */
    words: z.string().optional(),
  })
  .readonly();
export type Check = z.infer<typeof Check>;

/** Why a test is started. Shown to people, and stored as the batch's `reason`. */
export const TestReason = z.enum([
  'new_commit',
  'target_moved',
  'retry',
  'tactical_retry',
  'batch_gone',
]);
export type TestReason = z.infer<typeof TestReason>;

/** What the tested commit is to the branch: one commit on top, or a merge whose second parent is the source commit. */
export const MergeMethod = z.enum(['squash', 'merge'], 'expected "squash" or "merge"');
export type MergeMethod = z.infer<typeof MergeMethod>;

/**
 * Who moves the branch. `exact`: we do, by compare-and-swap to the tested commit itself. `github`: its merge API does, to a
 * commit of its own that must turn out to have the tested commit's tree and parents.
 */
export const LandingMode = z.enum(['exact', 'github'], 'expected "exact" or "github"');
export type LandingMode = z.infer<typeof LandingMode>;

export const landingFields = {
  pr: PullNumber,
  sourceSha: Sha,
  targetSha: Sha,
  testedSha: Sha,
  testedTree: Sha,
  batch: BatchId,
  method: MergeMethod.default('squash'),
  mode: LandingMode.default('exact'),
};
/** One landing: `sourceSha` merged by `method` on `targetSha` is `testedSha`, by the test in `batch`. */
export const LandingCommits = z.object(landingFields).readonly();
export type LandingCommits = z.infer<typeof LandingCommits>;

export const Action = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start_test'),
    pr: PullNumber,
    sourceSha: Sha,
    targetSha: Sha,
    attempt: z.number().int().positive(),
    reason: TestReason,
  }),
  z.object({
    kind: z.literal('start_deploy'),
    sha: Sha,
    attempt: z.number().int().positive(),
  }),
  z.object({ kind: z.literal('cancel_batch'), batch: BatchId, why: z.string() }),
  z.object({ kind: z.literal('read_failures'), batch: BatchId }),
  z.object({
    kind: z.literal('post_check'),
    pr: PullNumber,
    sha: Sha,
    check: Check,
    /** A landing waits for it. */
    ofLanding: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('land'), landing: LandingCommits }),
  z.object({ kind: z.literal('settle_landing'), landing: LandingCommits }),
  z.object({ kind: z.literal('verify_landing'), landing: LandingCommits }),
  z.object({ kind: z.literal('find_landing'), landing: LandingCommits }),
  z.object({ kind: z.literal('close_landed'), pr: PullNumber, landedSha: Sha }),
  z.object({ kind: z.literal('assign'), pr: PullNumber, team: z.string() }),
  z.object({ kind: z.literal('comment'), pr: PullNumber, text: z.string() }),
  z.object({ kind: z.literal('drop_ref'), ref: z.string() }),
  z.object({ kind: z.literal('delete_namespace'), namespace: z.string() }),
  z.object({ kind: z.literal('read_services'), batch: BatchId, namespace: z.string() }),
  z.object({ kind: z.literal('alert'), cause: z.string(), text: z.string() }),
]);
export type Action = Readonly<z.infer<typeof Action>>;
export type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;
