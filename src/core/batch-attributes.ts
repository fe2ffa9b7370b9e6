// What we write on a batch so that it can be found and understood again when our own storage is
// lost (S2.4). The keys that the existing service also uses keep their names; the rest are ours.
import { z } from 'zod';
import { MergeMethod, TestReason } from '../../schemas/action.ts';
import { BatchId, PullNumber, Sha } from '../../schemas/ids.ts';
import type { BatchPurpose } from './observation.ts';
import { unreachable } from './unreachable.ts';

const count = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform(Number);

const TestAttributes = z.object({
  test: z.literal('1'),
  pr: count.pipe(PullNumber),
  source_sha: Sha,
  target_sha: Sha,
  tested_sha: Sha,
  tested_tree: Sha,
  merge_method: MergeMethod.default('squash'),
  attempt: count,
  jobs: count,
  reason: TestReason,
  message_digest: z.string(),
  /** Both or none: how many steps were left out, and the batches that they had passed in. */
  passed_before: count.optional(),
  passed_in: z
    .string()
    .transform((ids) => ids.split(',').map(Number))
    .pipe(z.array(BatchId))
    .optional(),
});
const DeployAttributes = z.object({
  deploy: z.literal('1'),
  sha: Sha,
  attempt: count,
  jobs: count,
});

/** All values are strings, as Batch wants them. */
export function attributesOf(
  purpose: BatchPurpose,
  more: {
    readonly targetBranch: string;
    readonly sourceBranch: string | null;
    readonly jobs: number;
  },
): Record<string, string> {
  const common = { target_branch: more.targetBranch, jobs: String(more.jobs) };
  switch (purpose.kind) {
    case 'test':
      return {
        ...common,
        test: '1',
        batch_type: 'ci/test/pr',
        pr: String(purpose.pr),
        source_branch: more.sourceBranch ?? '',
        source_sha: purpose.sourceSha,
        target_sha: purpose.targetSha,
        tested_sha: purpose.testedSha,
        tested_tree: purpose.testedTree,
        merge_method: purpose.method,
        attempt: String(purpose.attempt),
        reason: purpose.reason,
        message_digest: purpose.messageDigest,
        ...(purpose.passedBefore && {
          passed_before: String(purpose.passedBefore.steps),
          passed_in: purpose.passedBefore.batches.join(','),
        }),
      };
    case 'deploy':
      return {
        ...common,
        deploy: '1',
        batch_type: 'ci/deploy/prod',
        sha: purpose.sha,
        attempt: String(purpose.attempt),
      };
    default:
      return unreachable(purpose, 'attributesOf');
  }
}

/** @returns null for a batch that we did not make */
export function purposeOf(attributes: unknown): { purpose: BatchPurpose; jobs: number } | null {
  if (typeof attributes !== 'object' || attributes === null) return null;
  return 'test' in attributes ? testOf(attributes) : deployOf(attributes);
}

function testOf(attributes: object): { purpose: BatchPurpose; jobs: number } | null {
  const { success, data } = TestAttributes.safeParse(attributes);
  if (!success) return null;
  return {
    jobs: data.jobs,
    purpose: {
      kind: 'test',
      pr: data.pr,
      sourceSha: data.source_sha,
      targetSha: data.target_sha,
      testedSha: data.tested_sha,
      testedTree: data.tested_tree,
      method: data.merge_method,
      attempt: data.attempt,
      reason: data.reason,
      messageDigest: data.message_digest,
      passedBefore:
        data.passed_before && data.passed_in
          ? { steps: data.passed_before, batches: data.passed_in }
          : null,
    },
  };
}

function deployOf(attributes: object): { purpose: BatchPurpose; jobs: number } | null {
  const { success, data } = DeployAttributes.safeParse(attributes);
  if (!success) return null;
  const { sha, attempt, jobs } = data;
  return { jobs, purpose: { kind: 'deploy', sha, attempt } };
}
