// What people say about a pull request: labels, assignees, requested reviewers, reviews, comments.
// It moves no ref and lands nothing.

import { commentEvent, reviewEvent } from './events/pull.ts';
import type { Account } from './model/account.ts';
import type { Comment, Pull, Review } from './model/pull.ts';
import { changed } from './pull-requests.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';
import type { World } from './world.ts';

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

export async function unassign(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  for (const login of logins) {
    const assignee = pull.assignees.find((one) => one.toLowerCase() === login.toLowerCase());
    if (assignee === undefined) continue;
    pull.assignees = pull.assignees.filter((one) => one !== assignee);
    await changed(world, repository, pull, actor, { action: 'unassigned', assignee });
  }
}

export interface Reviewers {
  readonly logins: readonly string[];
  /** Slugs of the owner's teams. */
  readonly teams: readonly string[];
}

/** Throws a 422 Refusal for somebody who cannot review, and then asks nobody. */
export async function requestReview(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  { logins, teams }: Reviewers,
): Promise<void> {
  const people = logins.map((login) => reviewerNamed(world, pull, login));
  const slugs = teams.map((slug) => {
    const team = world.accounts.findTeam(repository.record.owner, slug);
    if (team !== undefined) return team.slug;
    throw new Refusal(422, `Could not resolve to a node with the slug of '${slug}'.`);
  });
  for (const reviewer of people) {
    if (pull.reviewers.includes(reviewer)) continue;
    pull.reviewers.push(reviewer);
    const what = { action: 'review_requested', reviewer, isTeam: false } as const;
    await changed(world, repository, pull, actor, what);
  }
  for (const reviewer of slugs) {
    if (pull.teams.includes(reviewer)) continue;
    pull.teams.push(reviewer);
    const what = { action: 'review_requested', reviewer, isTeam: true } as const;
    await changed(world, repository, pull, actor, what);
  }
}

function reviewerNamed(world: World, pull: Pull, login: string): string {
  const reviewer = world.findUser(login)?.login;
  if (reviewer === undefined) {
    throw new Refusal(
      422,
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository: ${login}`,
    );
  }
  if (reviewer === pull.author) {
    throw new Refusal(422, 'Review cannot be requested from pull request author.');
  }
  return reviewer;
}

export async function unrequestReview(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  { logins, teams }: Reviewers,
): Promise<void> {
  const asked = pull.reviewers.filter((one) => logins.includes(one));
  const askedTeams = pull.teams.filter((one) => teams.includes(one));
  pull.reviewers = pull.reviewers.filter((one) => !asked.includes(one));
  pull.teams = pull.teams.filter((one) => !askedTeams.includes(one));
  for (const reviewer of [...asked, ...askedTeams]) {
    const isTeam = !asked.includes(reviewer);
    const what = { action: 'review_request_removed', reviewer, isTeam } as const;
    await changed(world, repository, pull, actor, what);
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

export function comment(
  world: World,
  repository: Repository,
  pull: Pull,
  author: Account,
  body: string,
): Comment {
  const now = world.now();
  const said = { id: world.nextId(), author: author.login, body, createdAt: now, updatedAt: now };
  pull.comments.push(said);
  pull.updatedAt = now;
  world.changed();
  commentEvent(world, repository, pull, { action: 'created', comment: said }, author);
  return said;
}

export function editComment(
  world: World,
  repository: Repository,
  pull: Pull,
  editor: Account,
  said: Comment,
  body: string,
): void {
  const before = said.body;
  said.body = body;
  said.updatedAt = world.now();
  world.changed();
  commentEvent(world, repository, pull, { action: 'edited', comment: said, before }, editor);
}

export function deleteComment(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  said: Comment,
): void {
  pull.comments = pull.comments.filter((one) => one !== said);
  world.changed();
  commentEvent(world, repository, pull, { action: 'deleted', comment: said }, actor);
}
