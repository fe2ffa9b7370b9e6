// GitHub's JSON of the issue behind a pull request. Pure reading.

import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { pullSummaryJson } from './pull.ts';
import { noReactions } from './reactions.ts';

export function issueJson(world: World, repository: Repository, pull: Pull) {
  const summary = pullSummaryJson(world, repository, pull);
  const repositoryUrl = `${world.url}/repos/${fullName(repository.record)}`;
  const url = `${repositoryUrl}/issues/${pull.number}`;
  const { id, node_id, number, state, locked, title, user, body, labels, milestone } = summary;
  const { assignee, assignees, created_at, updated_at, closed_at, html_url } = summary;
  return {
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url,
    id,
    node_id,
    number,
    title,
    user,
    labels,
    state,
    locked,
    assignee,
    assignees,
    milestone,
    comments: pull.comments.length,
    created_at,
    updated_at,
    closed_at,
    author_association: summary.author_association,
    active_lock_reason: null,
    draft: summary.draft,
    pull_request: {
      url: summary.url,
      html_url,
      diff_url: summary.diff_url,
      patch_url: summary.patch_url,
      merged_at: summary.merged_at,
    },
    body,
    reactions: noReactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}
