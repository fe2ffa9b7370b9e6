// GitHub's JSON of people, organizations, bots and teams. Pure reading.

import type { Account, Team } from '../model/account.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';

/** People, teams and organizations are as old as the world, which nobody notes down. */
export const BEGINNING = '2008-01-14T04:33:35Z';

export function accountJson(world: World, account: Account) {
  const url = `${world.url}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind, account.id),
    avatar_url: `${world.url}/${encodeURIComponent(account.login)}.png`,
    gravatar_id: '',
    url,
    html_url: `${world.url}/${encodeURIComponent(account.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    user_view_type: 'public',
    site_admin: account.admin,
  };
}

export const loginJson = (world: World, login: string) => accountJson(world, world.account(login));

/** As `GET /user` and `GET /users/{login}` have it. */
export function profileJson(world: World, account: Account) {
  return {
    ...accountJson(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: BEGINNING,
    updated_at: BEGINNING,
  };
}

export function teamJson(world: World, team: Team) {
  const org = world.account(team.org);
  const url = `${world.url}/organizations/${org.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed' as const,
    notification_setting: 'notifications_enabled' as const,
    permission: 'push',
    url,
    html_url: `${world.url}/orgs/${org.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization' as const,
    organization_id: org.id,
    parent: null,
  };
}

/** As a payload or a team names the organization that it belongs to. */
export function organizationJson(world: World, account: Account) {
  const { login, id } = account;
  const url = `${world.url}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId(account.kind, id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/${login}.png`,
    description: null,
  };
}
