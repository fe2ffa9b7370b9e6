// What people say about a pull request: labels, assignees, requested reviewers, reviews, comments.
// It moves no ref and lands nothing.

import { reviewEvent } from './events.ts';
import type { Account, Comment, Pull, Review } from './model.ts';
import { changed } from './pull-requests.ts';
import { Refusal } from './refusal.ts';
import type { Repository, World } from './world.ts';

const LABELS_MAX = 100;
const ASSIGNEES_MAX = 10;

/** Adds labels; those it has already are passed over. */
export async function addLabels(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  labels: readonly string[],
): Promise<void> {
  for (const label of new Set(labels)) {
    if (pull.labels.includes(label)) continue;
    if (pull.labels.length >= LABELS_MAX) throw new Refusal(422, 'Validation Failed');
    pull.labels.push(label);
    await changed(world, repository, pull, actor, { action: 'labeled', label });
  }
}

/** Throws a 404 Refusal when it does not have the label. */
export async function removeLabel(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  label: string,
): Promise<void> {
  const at = pull.labels.indexOf(label);
  if (at < 0) throw new Refusal(404, 'Label does not exist');
  pull.labels.splice(at, 1);
  await changed(world, repository, pull, actor, { action: 'unlabeled', label });
}

/** As on GitHub, logins that cannot be assigned are dropped without a word. */
export async function assign(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  for (const login of logins) {
    const assignee = world.findUser(login)?.login;
    if (assignee === undefined || pull.assignees.includes(assignee)) continue;
    if (pull.assignees.length >= ASSIGNEES_MAX) return;
    pull.assignees.push(assignee);
    await changed(world, repository, pull, actor, { action: 'assigned', assignee });
  }
}

/** Throws a 422 Refusal for somebody who cannot review. */
export async function requestReview(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  for (const login of logins) {
    const reviewer = world.findUser(login)?.login;
    if (reviewer === undefined) {
      throw new Refusal(422, `Reviews may only be requested from collaborators: ${login}`);
    }
    if (reviewer === pull.author) {
      throw new Refusal(422, 'Review cannot be requested from pull request author.');
    }
    if (pull.reviewers.includes(reviewer)) continue;
    pull.reviewers.push(reviewer);
    await changed(world, repository, pull, actor, { action: 'review_requested', reviewer });
  }
}

type Verdict = Exclude<Review['state'], 'DISMISSED'>;

/** Throws a 422 Refusal when an author judges their own pull request. */
export function submitReview(
  world: World,
  repository: Repository,
  pull: Pull,
  author: Account,
  verdict: { readonly state: Verdict; readonly body: string; readonly commit?: string | undefined },
): Review {
  if (author.login === pull.author && verdict.state !== 'COMMENTED') {
    const what = verdict.state === 'APPROVED' ? 'approve' : 'request changes on';
    throw new Refusal(422, 'Unprocessable Entity', [`Can not ${what} your own pull request`]);
  }
  const review: Review = {
    id: world.nextId(),
    author: author.login,
    state: verdict.state,
    body: verdict.body,
    commit: verdict.commit ?? pull.head.sha,
    submittedAt: world.now(),
  };
  pull.reviews.push(review);
  pull.reviewers = pull.reviewers.filter((login) => login !== author.login);
  pull.updatedAt = review.submittedAt;
  world.changed();
  reviewEvent(world, repository, pull, { action: 'submitted', review }, author);
  return review;
}

/** Throws a 422 Refusal for a review that takes no side. */
export function dismissReview(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  review: Review,
): void {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw new Refusal(422, `Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  }
  review.state = 'DISMISSED';
  pull.updatedAt = world.now();
  world.changed();
  reviewEvent(world, repository, pull, { action: 'dismissed', review }, actor);
}

export function comment(world: World, pull: Pull, author: Account, body: string): Comment {
  const now = world.now();
  const said = { id: world.nextId(), author: author.login, body, createdAt: now, updatedAt: now };
  pull.comments.push(said);
  pull.updatedAt = now;
  world.changed();
  return said;
}
