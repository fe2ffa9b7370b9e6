// What to test next and what to land next: the one replaceable judgement. Strategies know nothing
// of batches, calls or retries; decide.ts turns their answer into actions.

import type { TestReason } from '../../schemas/action.ts';
import type { PullNumber } from '../../schemas/ids.ts';
import type { PullRequest } from '../../schemas/state.ts';

/** What a strategy may look at. Pull requests come in merge-priority order. */
export interface View {
  readonly pulls: readonly Standing[];
  /** The candidate of the last decision, if any. */
  readonly candidate: PullNumber | null;
  /** The pull request of each test batch that runs now; one may have several, until the old are cancelled. */
  readonly running: readonly PullNumber[];
  readonly runningTestsMax: number;
  /** May anything land on this branch at all? */
  readonly mergeable: boolean;
}

/** One pull request with the judgements that strategies need. */
export interface Standing {
  readonly pull: PullRequest;
  /** It would be tested: authorized, no do-not-test label. */
  readonly testable: boolean;
  /** If a test on the present base passes, it can land. */
  readonly landableIfGreen: boolean;
  /** Nothing at all keeps it from landing now. */
  readonly landable: boolean;
  /** Its newest result is about the branch's present commit. */
  readonly current: boolean;
  /** How often starting its test failed in a row, and whether the next try is not due yet. */
  readonly startFailures: number;
  readonly startDelayed: boolean;
}

export interface TestWish {
  readonly pr: PullNumber;
  readonly reason: TestReason;
}

export type Strategy = (view: View) => {
  readonly candidate: PullNumber | null;
  /** In the order in which the tests should be started. */
  readonly tests: readonly TestWish[];
  /** The pull request to land now. */
  readonly land: PullNumber | null;
  /** What would land if all went well, in that order. */
  readonly queue: readonly PullNumber[];
};
