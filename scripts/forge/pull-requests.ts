// The life of a pull request: open, follow its head, edit, close, reopen, be merged. Each verb changes
// what is remembered and says what happened. How a merge is made is in merging.ts, what people say
// about it in discussion.ts. Those that move a ref (open, follow, reopen) need world.exclusive.

import { dismissesStale } from './branch-rules.ts';
import { type PullAction, pullEvent, reviewEvent } from './events/pull.ts';
import type { Account } from './model/account.ts';
import type { Pull } from './model/pull.ts';
import { fullName } from './model.ts';
import { type Refusal, unprocessable as refused } from './refusal.ts';
import type { Repository } from './repositories.ts';
import { testMergeRef } from './test-merge.ts';
import type { World } from './world.ts';

export interface NewPull {
  readonly head: { readonly repository: Repository; readonly ref: string };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
}

const unprocessable = (message: string): Refusal => refused('PullRequest', message);

/** Throws a 422 Refusal when a branch is missing, nothing differs, or one is open already. */
export async function openPull(
  world: World,
  target: Repository,
  author: Account,
  wanted: NewPull,
): Promise<Pull> {
  const { repository: source, ref } = wanted.head;
  const head = source.git.refs.get(`refs/heads/${ref}`);
  const base = target.git.refs.get(`refs/heads/${wanted.base}`);
  if (head === undefined) throw unprocessable(`Head branch ${ref} does not exist`);
  if (base === undefined) throw unprocessable(`Base branch ${wanted.base} does not exist`);
  const label = `${source.record.owner}:${ref}`;
  const twin = target.record.pulls.find(
    (pull) =>
      pull.state.kind === 'open' &&
      pull.head.repo === fullName(source.record) &&
      pull.head.ref === ref &&
      pull.base.ref === wanted.base,
  );
  if (twin !== undefined) throw unprocessable(`A pull request already exists for ${label}.`);
  // A fork sees the objects of its original, so it is the one to ask.
  if (await source.git.isAncestor(head, base)) {
    throw unprocessable(`No commits between ${wanted.base} and ${label}`);
  }
  const number = target.record.lastNumber + 1;
  await publishHead(target, source, number, head);
  target.record.lastNumber = number;
  const pull: Pull = {
    id: world.nextId(),
    number,
    title: wanted.title,
    body: wanted.body,
    author: author.login,
    draft: wanted.draft ?? false,
    state: { kind: 'open' },
    head: { repo: fullName(source.record), ref, sha: head, movedAt: world.now() },
    base: { ref: wanted.base, sha: base },
    labels: [],
    assignees: [],
    reviewers: [],
    teams: [],
    reviews: [],
    comments: [],
    testMerge: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  target.record.pulls.push(pull);
  await changed(world, target, pull, author, { action: 'opened' });
  return pull;
}

/** The head branch has moved: the pull request and refs/pull/N/head go with it. */
export async function followHead(
  world: World,
  target: Repository,
  pull: Pull,
  source: Repository,
  head: string,
  actor: Account,
): Promise<void> {
  const before = pull.head.sha;
  await publishHead(target, source, pull.number, head);
  pull.head.sha = head;
  pull.head.movedAt = world.now();
  pull.base.sha = target.git.refs.get(`refs/heads/${pull.base.ref}`) ?? pull.base.sha;
  await changed(world, target, pull, actor, { action: 'synchronize', before, after: head });
  if (dismissesStale(target.record, pull.base.ref)) dismissApprovals(world, target, pull, actor);
}

/** What was approved is not what is there now. */
function dismissApprovals(world: World, target: Repository, pull: Pull, actor: Account): void {
  for (const review of pull.reviews) {
    if (review.state !== 'APPROVED') continue;
    review.state = 'DISMISSED';
    reviewEvent(world, target, pull, { action: 'dismissed', review }, actor);
  }
  world.changed();
}

async function publishHead(
  target: Repository,
  source: Repository,
  number: number,
  head: string,
): Promise<void> {
  const ref = `refs/pull/${number}/head`;
  if (source === target) {
    const before = target.git.refs.get(ref) ?? null;
    await target.git.updateRefs([{ name: ref, before, after: head }]);
  } else {
    await target.git.fetch(source.git.dir, [`+${head}:${ref}`]);
  }
}

export async function closePull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
): Promise<void> {
  if (pull.state.kind !== 'open') return;
  pull.state = { kind: 'closed', at: world.now() };
  await dropTestMerge(repository, pull);
  await changed(world, repository, pull, actor, { action: 'closed' });
}

/** Marks it merged; `commit` is what landed. */
export async function mergedPull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  commit: string,
): Promise<void> {
  pull.state = { kind: 'merged', at: world.now(), by: actor.login, commit };
  await dropTestMerge(repository, pull);
  await changed(world, repository, pull, actor, { action: 'closed' });
}

/** Only what is open has a test merge. */
async function dropTestMerge({ git }: Repository, pull: Pull): Promise<void> {
  const name = testMergeRef(pull);
  const before = git.refs.get(name);
  pull.testMerge = null;
  if (before !== undefined) await git.updateRefs([{ name, before, after: null }]);
}

/** A draft becomes ready for review, or the other way round. */
export async function setDraft(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  draft: boolean,
): Promise<void> {
  if (pull.draft === draft) return;
  pull.draft = draft;
  const action = draft ? 'converted_to_draft' : 'ready_for_review';
  await changed(world, repository, pull, actor, { action });
}

/** Throws a 422 Refusal when it was merged or its branch is gone. */
export async function reopenPull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
): Promise<void> {
  if (pull.state.kind === 'open') return;
  const source = pull.head.repo === null ? undefined : world.find(pull.head.repo);
  const head = source?.git.refs.get(`refs/heads/${pull.head.ref}`);
  if (pull.state.kind === 'merged' || source === undefined || head === undefined) {
    throw unprocessable('state cannot be changed. The pull request cannot be reopened.');
  }
  await publishHead(repository, source, pull.number, head);
  pull.head.sha = head;
  pull.head.movedAt = world.now();
  pull.state = { kind: 'open' };
  await changed(world, repository, pull, actor, { action: 'reopened' });
}

export interface PullEdit {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly base?: string | undefined;
}

/** Throws a 422 Refusal when the new base does not exist. */
export async function editPull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  edit: PullEdit,
): Promise<void> {
  const changes: Record<string, object> = {};
  if (edit.title !== undefined && edit.title !== pull.title) {
    changes['title'] = { from: pull.title };
    pull.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== pull.body) {
    changes['body'] = { from: pull.body };
    pull.body = edit.body;
  }
  if (edit.base !== undefined && edit.base !== pull.base.ref) {
    const sha = repository.git.refs.get(`refs/heads/${edit.base}`);
    if (sha === undefined) throw unprocessable(`Proposed base branch '${edit.base}' was not found`);
    changes['base'] = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
    pull.base = { ref: edit.base, sha };
  }
  if (Object.keys(changes).length === 0) return;
  await changed(world, repository, pull, actor, { action: 'edited', changes });
}

/** Every change of a pull request ends here: the time, the state file, the webhook. */
export async function changed(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  what: PullAction,
): Promise<void> {
  pull.updatedAt = world.now();
  world.changed();
  await pullEvent(world, repository, pull, what, actor);
}
