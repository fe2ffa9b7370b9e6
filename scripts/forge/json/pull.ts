// GitHub's JSON of a pull request, its reviews, labels and comments. Pure reading: nothing here changes
// the world or asks git, so what needs git is passed in.

import type { Comment, Pull, Review } from '../model/pull.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { loginJson, teamJson } from './account.ts';
import { nodeId } from './node-id.ts';
import { noReactions } from './reactions.ts';
import { repositoryJson } from './repository.ts';

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
    description: '',
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
  /** In GitHub's words: clean, blocked, behind, unstable, dirty, draft, unknown. */
  readonly mergeableState: string;
  /** The test merge while it is open, what landed once merged. */
  readonly mergeCommit: string | null;
}

/** A pull request as a list carries it. */
export function pullSummaryJson(world: World, repository: Repository, pull: Pull) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/pulls/${pull.number}`;
  const issue = `${world.url}/repos/${name}/issues/${pull.number}`;
  const statuses = `${world.url}/repos/${name}/statuses/${pull.head.sha}`;
  const html = `${world.url}/${name}/pull/${pull.number}`;
  const { state } = pull;
  const people = (logins: readonly string[]) => logins.map((login) => loginJson(world, login));
  const headRepository = pull.head.repo === null ? undefined : world.find(pull.head.repo);
  const headOwner = headRepository?.record.owner ?? pull.author;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    comments_url: `${issue}/comments`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${world.url}/repos/${name}/pulls/comments{/number}`,
    statuses_url: statuses,
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
    requested_teams: pull.teams.flatMap((slug) => {
      const team = world.accounts.findTeam(repository.record.owner, slug);
      return team === undefined ? [] : [teamJson(world, team)];
    }),
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
    _links: linksOf(url, issue, statuses, html),
    author_association: association(world, repository, pull.author),
    auto_merge: null,
    active_lock_reason: null,
    draft: pull.draft,
  };
}

function linksOf(url: string, issue: string, statuses: string, html: string) {
  return {
    self: { href: url },
    html: { href: html },
    issue: { href: issue },
    comments: { href: `${issue}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${url.replace(/\/\d+$/, '')}/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: statuses },
  };
}

/** As an event about a check names a pull request. */
export function pullMinimalJson(world: World, repository: Repository, pull: Pull) {
  const place = (name: string) => {
    const found = world.find(name);
    const repo = found?.record ?? repository.record;
    return { id: repo.id, url: `${world.url}/repos/${fullName(repo)}`, name: repo.name };
  };
  const name = fullName(repository.record);
  return {
    id: pull.id,
    number: pull.number,
    url: `${world.url}/repos/${name}/pulls/${pull.number}`,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo: place(pull.head.repo ?? name) },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo: place(name) },
  };
}

export function pullJson(world: World, repository: Repository, pull: Pull, facts: PullFacts) {
  const { state } = pull;
  return {
    ...pullSummaryJson(world, repository, pull),
    merged: state.kind === 'merged',
    mergeable: facts.mergeable,
    rebaseable: facts.mergeable,
    mergeable_state: facts.mergeableState,
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

function association(world: World, repository: Repository, login: string) {
  if (repository.record.owner === login) return 'OWNER' as const;
  const isWriter = world.canPush(repository, world.account(login));
  return isWriter ? ('COLLABORATOR' as const) : ('CONTRIBUTOR' as const);
}

export function reviewJson(world: World, repository: Repository, pull: Pull, review: Review) {
  const name = fullName(repository.record);
  const page = `${world.url}/${name}/pull/${pull.number}`;
  const url = `${world.url}/repos/${name}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('Review', review.id),
    user: loginJson(world, review.author),
    body: review.body,
    state: review.state,
    html_url: `${page}#review-${review.id}`,
    pull_request_url: url,
    _links: { html: { href: `${page}#review-${review.id}` }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    updated_at: review.submittedAt,
    commit_id: review.commit,
    author_association: association(world, repository, review.author),
  };
}

export function commentJson(world: World, repository: Repository, pull: Pull, comment: Comment) {
  const name = fullName(repository.record);
  const url = `${world.url}/repos/${name}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('Comment', comment.id),
    url,
    html_url: `${world.url}/${name}/pull/${pull.number}#comment-${comment.id}`,
    issue_url: `${world.url}/repos/${name}/issues/${pull.number}`,
    body: comment.body,
    user: loginJson(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    performed_via_github_app: null,
    reactions: noReactions(url),
    author_association: association(world, repository, comment.author),
  };
}
