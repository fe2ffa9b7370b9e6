// Every reason for which a pull request has not landed, as data. One place lists them all; their
// English is in explain.ts.
import type { BatchId, PullNumber, Sha } from '../../schemas/ids.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';

export type Reason =
  // what GitHub says of the pull request
  | { readonly kind: 'pull_unread'; readonly error: string }
  | { readonly kind: 'not_authorized'; readonly author: string; readonly sha: Sha }
  | { readonly kind: 'not_approved'; readonly approvals: number; readonly needed: number | null }
  | { readonly kind: 'changes_requested'; readonly by: readonly string[] }
  | { readonly kind: 'draft' }
  | { readonly kind: 'do_not_merge_label'; readonly label: string }
  | { readonly kind: 'do_not_test_label'; readonly label: string }
  | { readonly kind: 'check_failed'; readonly check: string }
  /** `app`: the only one whose report counts; null: anybody's. */
  | { readonly kind: 'check_pending'; readonly check: string; readonly app: number | null }
  // its test
  | { readonly kind: 'test_queued'; readonly running: number; readonly max: number }
  | { readonly kind: 'test_starting' }
  | { readonly kind: 'test_running'; readonly batch: BatchId; readonly targetSha: Sha }
  | { readonly kind: 'batch_unread'; readonly batch: BatchId; readonly error: string }
  | { readonly kind: 'test_failed'; readonly batch: BatchId; readonly failure: string }
  | { readonly kind: 'unbuildable'; readonly why: Unbuildable }
  | { readonly kind: 'stale_test'; readonly testedOn: Sha; readonly branchAt: Sha }
  // its turn
  | { readonly kind: 'behind'; readonly candidate: PullNumber }
  | { readonly kind: 'landing' }
  | { readonly kind: 'landing_in_doubt'; readonly pr: PullNumber }
  | { readonly kind: 'parked'; readonly words: string; readonly until: number }
  | {
      readonly kind: 'call_failing';
      readonly what: 'test' | 'landing';
      readonly error: string;
      readonly retryAt: number;
    }
  // the branch
  | {
      readonly kind: 'frozen';
      readonly reason: string;
      readonly by: string;
      readonly until: number | null;
    }
  | { readonly kind: 'branch_not_mergeable' }
  | { readonly kind: 'deploying'; readonly batch: BatchId }
  | { readonly kind: 'branch_not_read' }
  | { readonly kind: 'branch_missing' };

export type ReasonKind = Reason['kind'];
