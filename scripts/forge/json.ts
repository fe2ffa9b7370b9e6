// GitHub's JSON for the things of the forge, as REST answers and webhooks carry them.
// Pure reading: nothing here changes the world or asks git, so what needs git is passed in.

import { type Commit, type Signature, shownMessage, signatureDate } from './commit.ts';
import {
  type Account,
  type Comment,
  fullName,
  type Pull,
  type Review,
  type Status,
} from './model.ts';
import type { Repository, World } from './world.ts';

const PREFIX = {
  User: 'U',
  Organization: 'O',
  Repository: 'R',
  PullRequest: 'PR',
  Review: 'PRR',
  Comment: 'IC',
  Status: 'SC',
  Label: 'LA',
} as const;

/** GitHub's opaque global id: stable for one thing, different between kinds. */
export const nodeId = (kind: keyof typeof PREFIX, id: number): string =>
  `${PREFIX[kind]}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;

export function accountJson(world: World, account: Account) {
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind, account.id),
    avatar_url: `${world.url}/${account.login}.png`,
    gravatar_id: '',
    url: `${world.url}/users/${account.login}`,
    html_url: `${world.url}/${account.login}`,
    type: account.kind,
    site_admin: account.admin,
  };
}

const loginJson = (world: World, login: string) => accountJson(world, world.account(login));

export function repositoryJson(world: World, { record }: Repository) {
  const name = fullName(record);
  const url = `${world.url}/repos/${name}`;
  return {
    id: record.id,
    node_id: nodeId('Repository', record.id),
    name: record.name,
    full_name: name,
    private: false,
    owner: loginJson(world, record.owner),
    html_url: `${world.url}/${name}`,
    description: null,
    fork: record.parent !== null,
    url,
    clone_url: `${world.url}/${name}.git`,
    git_url: `${world.url}/${name}.git`,
    branches_url: `${url}/branches{/branch}`,
    commits_url: `${url}/commits{/sha}`,
    pulls_url: `${url}/pulls{/number}`,
    statuses_url: `${url}/statuses/{sha}`,
    default_branch: record.defaultBranch,
    created_at: record.createdAt,
    updated_at: record.pushedAt,
    pushed_at: record.pushedAt,
    archived: false,
    disabled: false,
    visibility: 'public',
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: false,
  };
}

export function labelJson(world: World, repository: Repository, name: string) {
  // A label has no life of its own here; its id is derived from where and what it is.
  const id = repository.record.id * 1000 + [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0);
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${world.url}/repos/${fullName(repository.record)}/labels/${encodeURIComponent(name)}`,
    name,
    color: 'ededed',
    default: false,
    description: null,
  };
}

/** What git has to say about a pull request. */
export interface PullFacts {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  /** null = not worked out yet. */
  readonly mergeable: boolean | null;
  /** The test merge while it is open, what landed once merged. */
  readonly mergeCommit: string | null;
}

/** A pull request as a list carries it. */
export function pullSummaryJson(world: World, repository: Repository, pull: Pull) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/pulls/${pull.number}`;
  const { state } = pull;
  const people = (logins: readonly string[]) => logins.map((login) => loginJson(world, login));
  const headRepository = pull.head.repo === null ? undefined : world.find(pull.head.repo);
  const headOwner = headRepository?.record.owner ?? pull.author;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: `${world.url}/${name}/pull/${pull.number}`,
    diff_url: `${world.url}/${name}/pull/${pull.number}.diff`,
    patch_url: `${world.url}/${name}/pull/${pull.number}.patch`,
    issue_url: `${world.url}/repos/${name}/issues/${pull.number}`,
    commits_url: `${url}/commits`,
    comments_url: `${world.url}/repos/${name}/issues/${pull.number}/comments`,
    statuses_url: `${world.url}/repos/${name}/statuses/${pull.head.sha}`,
    number: pull.number,
    state: state.kind === 'open' ? 'open' : 'closed',
    locked: false,
    title: pull.title,
    user: loginJson(world, pull.author),
    body: pull.body === '' ? null : pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: state.kind === 'open' ? null : state.at,
    merged_at: state.kind === 'merged' ? state.at : null,
    merge_commit_sha: state.kind === 'merged' ? state.commit : null,
    assignee: people(pull.assignees)[0] ?? null,
    assignees: people(pull.assignees),
    requested_reviewers: people(pull.reviewers),
    requested_teams: [],
    labels: pull.labels.map((label) => labelJson(world, repository, label)),
    milestone: null,
    head: {
      label: `${headOwner}:${pull.head.ref}`,
      ref: pull.head.ref,
      sha: pull.head.sha,
      user: loginJson(world, headOwner),
      repo: headRepository === undefined ? null : repositoryJson(world, headRepository),
    },
    base: {
      label: `${repository.record.owner}:${pull.base.ref}`,
      ref: pull.base.ref,
      sha: pull.base.sha,
      user: loginJson(world, repository.record.owner),
      repo: repositoryJson(world, repository),
    },
    author_association: association(world, repository, pull.author),
    auto_merge: null,
    active_lock_reason: null,
    draft: pull.draft,
  };
}

export function pullJson(world: World, repository: Repository, pull: Pull, facts: PullFacts) {
  const { state } = pull;
  const blocked = facts.mergeable === null ? 'unknown' : 'dirty';
  return {
    ...pullSummaryJson(world, repository, pull),
    merged: state.kind === 'merged',
    mergeable: facts.mergeable,
    rebaseable: facts.mergeable,
    mergeable_state: facts.mergeable === true ? 'clean' : blocked,
    merge_commit_sha: facts.mergeCommit,
    merged_by: state.kind === 'merged' ? loginJson(world, state.by) : null,
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}

function association(world: World, repository: Repository, login: string): string {
  if (repository.record.owner === login) return 'OWNER';
  return world.canPush(repository, world.account(login)) ? 'COLLABORATOR' : 'CONTRIBUTOR';
}

export function reviewJson(world: World, repository: Repository, pull: Pull, review: Review) {
  const page = `${world.url}/${fullName(repository.record)}/pull/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('Review', review.id),
    user: loginJson(world, review.author),
    body: review.body,
    state: review.state,
    html_url: `${page}#review-${review.id}`,
    pull_request_url: pullSummaryJson(world, repository, pull).url,
    submitted_at: review.submittedAt,
    commit_id: review.commit,
    author_association: association(world, repository, review.author),
  };
}

export function commentJson(world: World, repository: Repository, pull: Pull, comment: Comment) {
  const name = fullName(repository.record);
  return {
    id: comment.id,
    node_id: nodeId('Comment', comment.id),
    url: `${world.url}/repos/${name}/issues/comments/${comment.id}`,
    html_url: `${world.url}/${name}/pull/${pull.number}#comment-${comment.id}`,
    issue_url: `${world.url}/repos/${name}/issues/${pull.number}`,
    body: comment.body,
    user: loginJson(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(world, repository, comment.author),
  };
}

export function statusJson(world: World, repository: Repository, sha: string, status: Status) {
  return {
    url: `${world.url}/repos/${fullName(repository.record)}/statuses/${sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId('Status', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: loginJson(world, status.creator),
  };
}

const personJson = (signature: Signature) => ({
  name: signature.name,
  email: signature.email,
  date: signatureDate(signature),
});

/** A commit as the git data API carries it. */
export function gitCommitJson(world: World, repository: Repository, commit: Commit) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/git`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/commits/${commit.sha}`,
    html_url: `${world.url}/${name}/commit/${commit.sha}`,
    author: personJson(commit.author),
    committer: personJson(commit.committer),
    message: shownMessage(commit),
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${world.url}/${name}/commit/${sha}`,
    })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
  };
}

/** A commit as the repository API carries it. */
export function commitJson(world: World, repository: Repository, commit: Commit) {
  const name = fullName(repository.record);
  const { sha, node_id, html_url, author, committer, message, tree, parents, verification } =
    gitCommitJson(world, repository, commit);
  const url = `${world.url}/repos/${name}/commits/${sha}`;
  return {
    sha,
    node_id,
    url,
    html_url,
    comments_url: `${url}/comments`,
    commit: { author, committer, message, tree, url, comment_count: 0, verification },
    author: signerJson(world, commit.author),
    committer: signerJson(world, commit.committer),
    parents,
  };
}

/** The account behind a signature, found by the noreply address that the forge hands out. */
export function signer(world: World, signature: Signature): Account | undefined {
  const [, login = ''] =
    /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(signature.email) ?? [];
  return world.findUser(login);
}

function signerJson(world: World, signature: Signature) {
  const account = signer(world, signature);
  return account === undefined ? null : accountJson(world, account);
}

/** The address that a commit made on GitHub's pages carries. */
export const noreplyAddress = (account: Account): string =>
  `${account.id}+${account.login}@users.noreply.github.com`;
