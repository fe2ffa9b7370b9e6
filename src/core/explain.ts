// Reason -> English: what is the case, who can change it, what happens next. The one place where
// the sentences that people read about a waiting pull request are written (S10.2).
import { inShort, short } from './check.ts';
import type { BranchConfig } from './config.ts';
import type { Reason } from './reason.ts';
import { unreachable } from './unreachable.ts';

export interface Explanation {
  readonly kind: Reason['kind'];
  readonly text: string;
  /** What `who` can do about it, or what Sluice does by itself. */
  readonly next: string;
  /** Who can change it; null: nobody need do anything. */
  readonly who: string | null;
  /** When Sluice tries again by itself, in milliseconds since the epoch. */
  readonly at: number | null;
}

export function explain(reason: Reason, config: BranchConfig): Explanation {
  const [text, next] = sentences(reason, config);
  return { kind: reason.kind, text, next, who: WHO[reason.kind], at: timeOf(reason) };
}

const WHO: Readonly<Record<Reason['kind'], string | null>> = {
  pull_unread: null,
  not_authorized: 'a maintainer',
  not_approved: 'a reviewer',
  changes_requested: 'the author and the reviewer',
  draft: 'the author',
  do_not_merge_label: 'whoever may label it',
  do_not_test_label: 'whoever may label it',
  check_failed: 'the author',
  check_pending: 'whatever reports that check',
  test_queued: null,
  test_starting: null,
  test_running: null,
  batch_unread: null,
  test_failed: 'the author or a maintainer',
  unbuildable: 'the author',
  stale_test: null,
  behind: null,
  landing: null,
  landing_in_doubt: null,
  parked: null,
  call_failing: null,
  frozen: 'a maintainer',
  branch_not_mergeable: 'an administrator',
  deploying: null,
  branch_not_read: null,
  branch_missing: 'an administrator',
};

function timeOf(reason: Reason): number | null {
  if (reason.kind === 'parked' || reason.kind === 'frozen') return reason.until;
  return reason.kind === 'call_failing' ? reason.retryAt : null;
}

function sentences(reason: Reason, config: BranchConfig): [text: string, next: string] {
  switch (reason.kind) {
    case 'pull_unread':
    case 'not_authorized':
    case 'not_approved':
    case 'changes_requested':
    case 'draft':
    case 'do_not_merge_label':
    case 'do_not_test_label':
    case 'check_failed':
    case 'check_pending':
      return aboutPull(reason, config);
    case 'test_queued':
    case 'test_starting':
    case 'test_running':
    case 'batch_unread':
    case 'test_failed':
    case 'unbuildable':
    case 'stale_test':
      return aboutTest(reason, config);
    case 'behind':
    case 'landing':
    case 'landing_in_doubt':
    case 'parked':
    case 'call_failing':
      return aboutTurn(reason);
    case 'frozen':
    case 'branch_not_mergeable':
    case 'deploying':
    case 'branch_not_read':
    case 'branch_missing':
      return aboutBranch(reason, config);
    default:
      return unreachable(reason, 'explain');
  }
}

/** GitHub is asked for these alone. */
const COUNTING =
  "only approvals of people who may write to the repository count, and not its author's.";

type Of<Kind extends Reason['kind']> = Extract<Reason, { kind: Kind }>;

function aboutPull(
  reason: Of<
    | 'pull_unread'
    | 'not_authorized'
    | 'not_approved'
    | 'changes_requested'
    | 'draft'
    | 'do_not_merge_label'
    | 'do_not_test_label'
    | 'check_failed'
    | 'check_pending'
  >,
  config: BranchConfig,
): [string, string] {
  switch (reason.kind) {
    case 'pull_unread':
      return [
        `GitHub's answer about it could not be read: ${reason.error}.`,
        'It is read again at the next poll; nobody else waits for it.',
      ];
    case 'not_authorized':
      return [
        `${reason.author} is not a known developer, so this commit is not run.`,
        `Read the change, then authorize exactly this commit: by the button on its page, or by POST ${config.publicUrl}/api/v1alpha/authorize_sha with {"sha": "${reason.sha}"}. A new push needs a new authorization.`,
      ];
    case 'not_approved':
      return reason.needed === null
        ? ['Not approved yet: the branch requires a review.', `Approve it on GitHub; ${COUNTING}`]
        : [
            `Not approved yet: ${reason.approvals} of ${reason.needed} approvals.`,
            `Approve it on GitHub; ${COUNTING}`,
          ];
    case 'changes_requested':
      return [
        `Changes were requested${reason.by.length ? ` by ${reason.by.join(', ')}` : ''}.`,
        'Mend it; then approve it, or dismiss the review.',
      ];
    case 'draft':
      return ['It is a draft.', 'Mark it as ready for review.'];
    case 'do_not_merge_label':
      return [`It is labelled ${reason.label}.`, 'Remove the label to let it land.'];
    case 'do_not_test_label':
      return [`It is labelled ${reason.label}.`, 'Remove the label to have it tested.'];
    case 'check_failed':
      return [`The required check ${reason.check} failed.`, 'Mend it or run that check again.'];
    case 'check_pending':
      return [
        reason.app === null
          ? `The required check ${reason.check} has not succeeded yet.`
          : `The required check ${reason.check} has not succeeded yet; by the branch's rules only GitHub App ${reason.app} may report it.`,
        'It lands when that check reports success; the ones behind it do not wait for it.',
      ];
  }
}

function aboutTest(
  reason: Of<
    | 'test_queued'
    | 'test_starting'
    | 'test_running'
    | 'batch_unread'
    | 'test_failed'
    | 'unbuildable'
    | 'stale_test'
  >,
  config: BranchConfig,
): [string, string] {
  switch (reason.kind) {
    case 'test_queued':
      return [
        `Waiting to be tested: ${reason.running} of ${reason.max} tests are running.`,
        'It starts by itself when a slot is free.',
      ];
    case 'test_starting':
      return ['Its test is being started.', 'Nothing to do.'];
    case 'test_running':
      return [
        `It is being tested on ${short(reason.targetSha)} in batch ${reason.batch}.`,
        'Nothing to do until the batch is over.',
      ];
    case 'batch_unread':
      return [
        `Batch does not show batch ${reason.batch}: ${reason.error}.`,
        'It is read again at the next poll; nobody else waits for it.',
      ];
    case 'test_failed':
      return [
        `Its test failed in batch ${reason.batch}: ${reason.failure}.`,
        'Push a fix, or ask for a retry.',
      ];
    case 'unbuildable':
      return [
        inShort(reason.why),
        `Mend it; it is tried again when its branch or ${config.branch} moves.`,
      ];
    case 'stale_test':
      return [
        `Its test passed on ${short(reason.testedOn)}, but ${config.branch} is now at ${short(reason.branchAt)}.`,
        'It is tested again when it is the merge candidate.',
      ];
  }
}

function aboutTurn(
  reason: Of<'behind' | 'landing' | 'landing_in_doubt' | 'parked' | 'call_failing'>,
): [string, string] {
  switch (reason.kind) {
    case 'behind':
      return [
        `#${reason.candidate} goes first.`,
        'Its turn comes when that one has landed or failed.',
      ];
    case 'landing':
      return ['It is landing now.', 'Nothing to do.'];
    case 'landing_in_doubt':
      return [
        `The landing of #${reason.pr} is being read back.`,
        'Nothing lands until GitHub has said what became of it.',
      ];
    case 'parked':
      return [
        `Landing it failed: ${reason.words}`,
        'It is tried again after a pause; the ones behind it go on.',
      ];
    case 'call_failing':
      return [
        `${reason.what === 'test' ? 'Its test could not be started' : 'It could not be landed'}: ${reason.error}`,
        'It is tried again by itself.',
      ];
  }
}

function aboutBranch(
  reason: Of<
    'frozen' | 'branch_not_mergeable' | 'deploying' | 'branch_not_read' | 'branch_missing'
  >,
  config: BranchConfig,
): [string, string] {
  switch (reason.kind) {
    case 'frozen':
      return [
        `The branch is frozen by ${reason.by}: ${reason.reason}`,
        reason.until === null ? 'Unfreeze it.' : 'Unfreeze it, or wait until that ends by itself.',
      ];
    case 'branch_not_mergeable':
      return [
        `Sluice is configured not to land anything on ${config.branch}.`,
        'Set mergeable in the configuration.',
      ];
    case 'deploying':
      return [`A deploy is running in batch ${reason.batch}.`, 'Landing goes on when it is over.'];
    case 'branch_not_read':
      return ['The branch is being read for the first time.', 'Nothing to do.'];
    case 'branch_missing':
      return [
        `${config.name} does not exist on GitHub.`,
        'Create the branch, or correct its name in the configuration.',
      ];
  }
}
