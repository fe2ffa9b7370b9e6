// The names things go by: commits, branches, batches. A branded string can only come from
// a schema here, so a title can never be passed where a SHA is wanted.
import { z } from 'zod';

/** A full SHA-1 of a git object, lower case. */
export const Sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/, 'expected a full 40-digit SHA')
  .brand<'Sha'>();
export type Sha = z.infer<typeof Sha>;

/** `owner/repo`, as GitHub spells it. */
export const RepoName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, 'expected owner/repo')
  .brand<'RepoName'>();
export type RepoName = z.infer<typeof RepoName>;

/** `owner/repo:branch`: a watched branch, and the name of its Durable Object. */
export const BranchName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+:[^\s:~^?*[\\]+$/, 'expected owner/repo:branch')
  .brand<'BranchName'>();
export type BranchName = z.infer<typeof BranchName>;

export const PullNumber = z.number().int().positive();
export type PullNumber = z.infer<typeof PullNumber>;

/** A pull request's number as it stands in a path. */
export const PullInPath = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .pipe(PullNumber);

/** Batch's own id of a batch. Larger is newer. */
export const BatchId = z.number().int().positive();
export type BatchId = z.infer<typeof BatchId>;

/** A batch's id as it stands in a path. */
export const BatchInPath = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .pipe(BatchId);

/** Milliseconds since the epoch, at most those that a date can show. */
const INSTANT_MAX = 8.64e15;
export const Instant = z.number().int().nonnegative().max(INSTANT_MAX);
export type Instant = z.infer<typeof Instant>;
