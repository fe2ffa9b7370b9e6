// One open pull request as a row of a table: what a table shows of it and no more, because a thousand are made while
// somebody waits. Its own page is made of schemas/status.ts.
import type { Standing } from '../../schemas/pull-query.ts';
import type { PullStatus } from '../../schemas/status.ts';

export interface PullRow {
  readonly repo: string;
  /** `owner/repo:branch` */
  readonly branch: string;
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly standing: Standing;
  /** Its newest result is not about the branch's present commit. */
  readonly outOfDate: boolean;
  /** In the queue; null: it is not in it. */
  readonly position: number | null;
  /** Why it has not landed, most important first. */
  readonly why: readonly string[];
}

/** Who lands next, and who is not in the queue. */
export interface LineUp {
  readonly queued: number;
  /** The first of the queue, in its order. */
  readonly next: readonly PullRow[];
  readonly unqueued: number;
  /** The first of those that lack something of their own, by priority. */
  readonly others: readonly PullRow[];
}

/** What is about one person. */
export interface PersonalRows {
  readonly mine: readonly PullRow[];
  readonly others: readonly PullRow[];
}

/** Where a pull request stands, in one word. */
export function standingOf(isLanding: boolean, build: PullStatus['build_state']): Standing {
  if (isLanding) return 'landing';
  switch (build) {
    case 'success':
      return 'ready';
    case 'building':
      return 'testing';
    case 'failure':
      return 'failed';
    case 'error':
      return 'broken';
    case 'unauthorized':
      return 'unauthorized';
    case null:
      return 'waiting';
  }
}
