// A pull request as the in-memory GitHub keeps it.
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { PullFacts } from '../../../schemas/state.ts';

export interface WorldPull {
  readonly number: PullNumber;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly author: string;
  readonly labels: readonly string[];
  readonly approvedBy: readonly string[];
  readonly changesRequestedBy: readonly string[];
  /** The repository that the branch is in; another than the world's for a fork. */
  readonly source: {
    readonly sha: Sha;
    readonly branch: string;
    readonly repo: PullFacts['source']['repo'];
    readonly committedAt: number;
  };
  readonly base: string;
  /** Another branch was its base once. */
  readonly retargeted: boolean;
  /** It was closed, and opened again. */
  readonly reopened: boolean;
  /** What the base was at when GitHub tried last whether it merges: when the pull request was opened, pushed to or retargeted. */
  readonly triedOn: Sha | null;
  readonly state: 'open' | 'closed' | 'merged';
  /** By which it was merged, once it is. */
  readonly mergeCommit?: Sha;
  readonly createdAt: number;
  readonly comments: readonly { readonly id: number; readonly body: string }[];
  readonly assignees: readonly string[];
  readonly reviewers: readonly string[];
}

/** As it is opened. */
export type NewPull = Omit<
  WorldPull,
  | 'number'
  | 'source'
  | 'retargeted'
  | 'reopened'
  | 'triedOn'
  | 'state'
  | 'createdAt'
  | 'comments'
  | 'assignees'
  | 'reviewers'
>;

/** A move of a branch that somebody asked for as a landing. */
export interface WorldLanding {
  readonly pr: PullNumber;
  /** Where the branch was moved to. */
  readonly sha: Sha;
  /** What the pull request was at. */
  readonly sourceSha: Sha;
  readonly branch: string;
}
