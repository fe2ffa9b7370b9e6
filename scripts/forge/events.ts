// Turns what happened into webhook events with GitHub's payloads. It says what happened; who is told,
// and how, is webhooks.ts.

import { type Commit, shownMessage } from './commit.ts';
import { type RefUpdate, ZERO } from './git-repository.ts';
import { type FilesOfCommit, filesByCommit } from './history.ts';
import {
  accountJson,
  commitJson,
  labelJson,
  pullJson,
  pullSummaryJson,
  repositoryJson,
  reviewJson,
  signer,
  statusJson,
} from './json.ts';
import { type Account, fullName, type Pull, type Review, type Status } from './model.ts';
import { pullFacts } from './pull-facts.ts';
import type { Repository, World } from './world.ts';

export type PullAction =
  | { readonly action: 'opened' | 'closed' | 'reopened' }
  | { readonly action: 'synchronize'; readonly before: string; readonly after: string }
  | { readonly action: 'edited'; readonly changes: object }
  | { readonly action: 'labeled' | 'unlabeled'; readonly label: string }
  | { readonly action: 'assigned' | 'unassigned'; readonly assignee: string }
  | { readonly action: 'review_requested' | 'review_request_removed'; readonly reviewer: string };

/** GitHub's limit for one push event. */
const PUSH_COMMITS_MAX = 2048;

const common = (world: World, repository: Repository, sender: Account) => ({
  repository: repositoryJson(world, repository),
  sender: accountJson(world, sender),
});

export async function pullEvent(
  world: World,
  repository: Repository,
  pull: Pull,
  what: PullAction,
  sender: Account,
): Promise<void> {
  const facts = await pullFacts(world, repository, pull);
  world.emit({
    name: 'pull_request',
    action: what.action,
    payload: {
      action: what.action,
      number: pull.number,
      pull_request: pullJson(world, repository, pull, facts),
      ...detail(world, repository, what),
      ...common(world, repository, sender),
    },
  });
}

function detail(world: World, repository: Repository, what: PullAction): object {
  const person = (login: string) => accountJson(world, world.account(login));
  switch (what.action) {
    case 'opened':
    case 'closed':
    case 'reopened':
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
      return { assignee: person(what.assignee) };
    case 'review_requested':
    case 'review_request_removed':
      return { requested_reviewer: person(what.reviewer) };
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
  world.emit({
    name: 'pull_request_review',
    action: what.action,
    payload: {
      action: what.action,
      // Only here does GitHub write the state in small letters.
      review: { ...review, state: review.state.toLowerCase() },
      pull_request: pullSummaryJson(world, repository, pull),
      ...common(world, repository, sender),
    },
  });
}

export async function statusEvent(
  world: World,
  repository: Repository,
  commit: Commit,
  status: Status,
  sender: Account,
): Promise<void> {
  const {
    url: _url,
    avatar_url: _avatar,
    ...json
  } = statusJson(world, repository, commit.sha, status);
  const branches = [...repository.git.refs]
    .filter(([ref, sha]) => sha === commit.sha && ref.startsWith('refs/heads/'))
    .map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), commit: { sha } }));
  world.emit({
    name: 'status',
    action: null,
    payload: {
      ...json,
      sha: commit.sha,
      name: fullName(repository.record),
      commit: commitJson(world, repository, commit),
      branches,
      ...common(world, repository, sender),
    },
  });
}

export async function pushEvent(
  world: World,
  repository: Repository,
  change: RefUpdate,
  sender: Account,
): Promise<void> {
  const { git, record } = repository;
  const { name, before, after } = change;
  const url = `${world.url}/${fullName(record)}`;
  const known = before ?? git.refs.get(`refs/heads/${record.defaultBranch}`);
  const shas =
    after === null || (before === null && known === after)
      ? []
      : await git.commitsSince(after, known === undefined ? [] : [known], PUSH_COMMITS_MAX);
  const files = await filesByCommit(git, shas);
  const commits = await Promise.all(
    shas.toReversed().map((sha) => pushedCommit(world, repository, sha, files)),
  );
  const head = after === null ? null : await pushedCommit(world, repository, after, files);
  world.emit({
    name: 'push',
    action: null,
    payload: {
      ref: name,
      before: before ?? ZERO,
      after: after ?? ZERO,
      created: before === null,
      deleted: after === null,
      forced: before !== null && after !== null && !(await git.isAncestor(before, after)),
      base_ref: null,
      compare: `${url}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
      commits,
      head_commit: head,
      pusher: { name: sender.login, email: null },
      ...common(world, repository, sender),
    },
  });
}

async function pushedCommit(
  world: World,
  repository: Repository,
  sha: string,
  files: ReadonlyMap<string, FilesOfCommit>,
) {
  const commit = await repository.git.commit(sha);
  if (commit === null) throw new Error(`no commit ${sha}`);
  const { html_url, commit: said } = commitJson(world, repository, commit);
  const person = (who: typeof said.author, username: string | undefined) => ({
    name: who.name,
    email: who.email,
    ...(username === undefined ? {} : { username }),
  });
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: shownMessage(commit),
    timestamp: said.committer.date,
    url: html_url,
    author: person(said.author, signer(world, commit.author)?.login),
    committer: person(said.committer, signer(world, commit.committer)?.login),
    ...(files.get(sha) ?? { added: [], removed: [], modified: [] }),
  };
}
