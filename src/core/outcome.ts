// What came of an action. Folded into the state only from a real answer, never from a hope.
import type { Action, ActionOf, MergeMethod } from '../../schemas/action.ts';
import type { BatchId, Sha } from '../../schemas/ids.ts';
import type { LiveService } from '../../schemas/namespace.ts';
import type { PassedBefore } from '../../schemas/state.ts';
import type { Unbuildable } from '../../schemas/unbuildable.ts';
import type { Fault } from './fault.ts';
import type { Api } from './fold-hold.ts';

export type Outcome =
  | {
      readonly kind: 'test_started';
      readonly action: ActionOf<'start_test'>;
      readonly batch: BatchId;
      readonly testedSha: Sha;
      readonly testedTree: Sha;
      readonly method: MergeMethod;
      readonly jobs: number;
      readonly messageDigest: string;
      readonly passedBefore: PassedBefore | null;
    }
  | {
      readonly kind: 'test_unbuildable';
      readonly action: ActionOf<'start_test'>;
      readonly why: Unbuildable;
    }
  | {
      readonly kind: 'deploy_started';
      readonly action: ActionOf<'start_deploy'>;
      readonly batch: BatchId;
      readonly jobs: number;
    }
  | {
      readonly kind: 'deploy_unbuildable';
      readonly action: ActionOf<'start_deploy'>;
      readonly why: Unbuildable;
    }
  | { readonly kind: 'batch_cancelled'; readonly action: ActionOf<'cancel_batch'> }
  | {
      readonly kind: 'failures_read';
      readonly action: ActionOf<'read_failures'>;
      /** By name. */
      readonly jobs: readonly string[];
    }
  | { readonly kind: 'check_posted'; readonly action: ActionOf<'post_check'> }
  | LandingOutcome
  | { readonly kind: 'assigned'; readonly action: ActionOf<'assign'> }
  /** GitHub will not have it, in its words. */
  | { readonly kind: 'assign_refused'; readonly action: ActionOf<'assign'>; readonly words: string }
  | { readonly kind: 'commented'; readonly action: ActionOf<'comment'>; readonly id: number }
  | { readonly kind: 'closed'; readonly action: ActionOf<'close_landed'> }
  | { readonly kind: 'ref_dropped'; readonly action: ActionOf<'drop_ref'> }
  | NamespaceOutcome
  | {
      readonly kind: 'services_read';
      readonly action: ActionOf<'read_services'>;
      readonly live: readonly LiveService[];
      /** Why they could not be read. */
      readonly error: string | null;
    }
  | { readonly kind: 'alerted'; readonly action: ActionOf<'alert'> }
  | {
      readonly kind: 'faulted';
      readonly action: Action;
      readonly fault: Fault;
      /** `none`: certainly nothing happened. `unknown`: it must be read back. */
      readonly effect: 'none' | 'unknown';
      /** Whose answer it was, of an action that asks more than one. */
      readonly api: Api | null;
    };

export type NamespaceOutcome = { readonly action: ActionOf<'delete_namespace'> } & (
  | { readonly kind: 'namespace_deleted' }
  /** It was not there, or somebody else had it deleted. */
  | { readonly kind: 'namespace_gone' }
  /** It is not ours to delete. */
  | { readonly kind: 'namespace_left'; readonly why: string }
  /** A last look showed that it may not be deleted now. */
  | { readonly kind: 'namespace_overtaken' }
);

export type LandingAction = ActionOf<'land' | 'settle_landing'>;

export type LandingOutcome =
  | {
      readonly kind: 'landed';
      readonly action: LandingAction | ActionOf<'find_landing'>;
      /** What the branch was moved to. */
      readonly landedSha: Sha;
    }
  /** Looked for, and not in the branch. */
  | { readonly kind: 'landing_not_found'; readonly action: ActionOf<'find_landing'> }
  /** The branch or the source moved first; nothing was changed. */
  | { readonly kind: 'land_lost'; readonly action: LandingAction }
  /** A last look before the leap showed that it may not land any more. */
  | { readonly kind: 'land_overtaken'; readonly action: LandingAction }
  /** Read back after an answer was lost: the branch is where it was. */
  | { readonly kind: 'not_landed'; readonly action: LandingAction }
  /** It is not seen to have landed, and may only not be shown yet. `triedAt`: in ms since the epoch. */
  | {
      readonly kind: 'not_shown';
      readonly action: ActionOf<'settle_landing'>;
      readonly triedAt: number;
    }
  | {
      readonly kind: 'land_refused';
      readonly action: LandingAction;
      readonly words: string;
    }
  | { readonly kind: 'landing_verified'; readonly action: ActionOf<'verify_landing'> }
  | {
      readonly kind: 'landing_mismatch';
      readonly action: ActionOf<'verify_landing'>;
      readonly landedSha: Sha;
      readonly found: string;
    };

export type LandingReadBack =
  | { readonly kind: 'landed'; readonly sha: Sha }
  /** It is as it was, as far as reads show. */
  | { readonly kind: 'not_landed' }
  /** Somebody else has moved the branch, and it can not land any more. */
  | { readonly kind: 'moved_elsewhere' };

/** A fault of the call that would have had the effect. */
export const faulted = (action: Action, fault: Fault, api: Api | null = null): Outcome => ({
  kind: 'faulted',
  action,
  fault,
  effect: fault.kind === 'unknown' || fault.kind === 'unreadable' ? 'unknown' : 'none',
  api,
});

/** A fault before that call was made. */
export const notTried = (action: Action, fault: Fault, api: Api | null = null): Outcome => ({
  kind: 'faulted',
  action,
  fault,
  effect: 'none',
  api,
});
