// GitHub's JSON of a repository. Pure reading.

import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { loginJson } from './account.ts';
import { nodeId } from './node-id.ts';

/** Addresses below a repository's own, by the names of their fields. */
const PLACES = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

type Places = { [Name in keyof typeof PLACES]: string };

function placesOf(url: string): Places {
  const places = Object.entries(PLACES).map(([name, path]) => [name, `${url}${path}`]);
  return Object.fromEntries(places) as Places;
}

export function repositoryJson(world: World, { record }: Repository) {
  const name = fullName(record);
  const url = `${world.url}/repos/${name}`;
  const { settings } = record;
  const open = record.pulls.filter(({ state }) => state.kind === 'open').length;
  const forks = world.repositories.filter(({ record: { parent } }) => parent === name).length;
  return {
    id: record.id,
    node_id: nodeId('Repository', record.id),
    name: record.name,
    full_name: name,
    private: settings.private,
    owner: loginJson(world, record.owner),
    html_url: `${world.url}/${name}`,
    description: null,
    fork: record.parent !== null,
    url,
    ...placesOf(url),
    git_url: `${world.url}/${name}.git`,
    ssh_url: `${world.url}/${name}.git`,
    clone_url: `${world.url}/${name}.git`,
    svn_url: `${world.url}/${name}`,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: forks,
    forks,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 0,
    default_branch: record.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    topics: [],
    is_template: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    has_pull_requests: true,
    pull_request_creation_policy: 'all' as const,
    archived: false,
    disabled: false,
    visibility: settings.private ? 'private' : 'public',
    created_at: record.createdAt,
    updated_at: record.pushedAt,
    pushed_at: record.pushedAt,
    allow_forking: true,
    web_commit_signoff_required: false,
    allow_squash_merge: settings.allow_squash_merge,
    allow_merge_commit: settings.allow_merge_commit,
    allow_rebase_merge: false,
    allow_auto_merge: false,
    delete_branch_on_merge: settings.delete_branch_on_merge,
    allow_update_branch: false,
    use_squash_pr_title_as_default: false,
  };
}

/** As `GET /repos/{owner}/{repo}` has it. */
export function fullRepositoryJson(world: World, repository: Repository) {
  const { parent } = repository.record;
  const original = parent === null ? undefined : world.find(parent);
  const family =
    original === undefined
      ? {}
      : { parent: repositoryJson(world, original), source: repositoryJson(world, original) };
  return {
    ...repositoryJson(world, repository),
    ...family,
    subscribers_count: 0,
    network_count: 0,
  };
}
