// Webhooks about pull requests, their reviews and comments. It says what happened; who is told, and how,
// is webhooks.ts.

import { loginJson, teamJson } from '../json/account.ts';
import { issueJson } from '../json/issue.ts';
import { commentJson, labelJson, pullJson, pullSummaryJson, reviewJson } from '../json/pull.ts';
import type { Account } from '../model/account.ts';
import type { Comment, Pull, Review } from '../model/pull.ts';
import { pullFacts } from '../pull-facts.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { tell } from './common.ts';

export type PullAction =
  | {
      readonly action: 'opened' | 'closed' | 'reopened' | 'ready_for_review' | 'converted_to_draft';
    }
  | { readonly action: 'synchronize'; readonly before: string; readonly after: string }
  | { readonly action: 'edited'; readonly changes: object }
  | { readonly action: 'labeled' | 'unlabeled'; readonly label: string }
  | { readonly action: 'assigned' | 'unassigned'; readonly assignee: string }
  | {
      readonly action: 'review_requested' | 'review_request_removed';
      readonly reviewer: string;
      readonly isTeam: boolean;
    };

export async function pullEvent(
  world: World,
  repository: Repository,
  pull: Pull,
  what: PullAction,
  sender: Account,
): Promise<void> {
  const facts = await pullFacts(world, repository, pull);
  tell(world, repository, sender, 'pull_request', {
    action: what.action,
    number: pull.number,
    pull_request: pullJson(world, repository, pull, facts),
    ...detail(world, repository, what),
  });
}

function detail(world: World, repository: Repository, what: PullAction): object {
  switch (what.action) {
    case 'opened':
    case 'closed':
    case 'reopened':
    case 'ready_for_review':
    case 'converted_to_draft':
      return {};
    case 'synchronize':
      return { before: what.before, after: what.after };
    case 'edited':
      return { changes: what.changes };
    case 'labeled':
    case 'unlabeled':
      return { label: labelJson(world, repository, what.label) };
    case 'assigned':
    case 'unassigned':
      return { assignee: loginJson(world, what.assignee) };
    case 'review_requested':
    case 'review_request_removed': {
      if (!what.isTeam) return { requested_reviewer: loginJson(world, what.reviewer) };
      const team = world.accounts.findTeam(repository.record.owner, what.reviewer);
      return team === undefined ? {} : { requested_team: teamJson(world, team) };
    }
  }
}

export function reviewEvent(
  world: World,
  repository: Repository,
  pull: Pull,
  what: { readonly action: 'submitted' | 'dismissed'; readonly review: Review },
  sender: Account,
): void {
  const review = reviewJson(world, repository, pull, what.review);
  tell(world, repository, sender, 'pull_request_review', {
    action: what.action,
    // Only here does GitHub write the state in small letters.
    review: { ...review, state: review.state.toLowerCase() },
    pull_request: pullSummaryJson(world, repository, pull),
  });
}

export function commentEvent(
  world: World,
  repository: Repository,
  pull: Pull,
  what:
    | { readonly action: 'created' | 'deleted'; readonly comment: Comment }
    | { readonly action: 'edited'; readonly comment: Comment; readonly before: string },
  sender: Account,
): void {
  const changes = what.action === 'edited' ? { changes: { body: { from: what.before } } } : {};
  tell(world, repository, sender, 'issue_comment', {
    action: what.action,
    ...changes,
    issue: issueJson(world, repository, pull),
    comment: commentJson(world, repository, pull, what.comment),
  });
}
