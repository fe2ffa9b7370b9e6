// REST: who is asking, who somebody is, what they may do in a repository; teams and their members.

import { Hono } from 'hono';
import { BEGINNING, loginJson, organizationJson, profileJson, teamJson } from '../json/account.ts';
import { type Allowance, callerOf, type RateLimits } from '../limits.ts';
import type { Account, Team } from '../model/account.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireActor, requireIdentity, requireWriter } from './access.ts';
import { page } from './reading.ts';

export function people(world: World, limits: RateLimits): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/user', (c) => {
    const { kind, account } = requireIdentity(c);
    if (kind === 'installation' || kind === 'app') {
      throw new Refusal(403, 'Resource not accessible by integration');
    }
    return c.json(profileJson(world, account));
  });
  app.get('/users/:login', (c) => {
    const found = world.accounts.find(c.req.param('login'));
    if (found === undefined) throw notFound();
    return c.json(profileJson(world, found));
  });
  app.get('/rate_limit', (c) => {
    const caller = callerOf(c.get('identity'));
    const core = limits.allowance(caller, 'core');
    const graphql = limits.allowance(caller, 'graphql');
    const search: Allowance = { limit: 30, used: 0, remaining: 30, reset: core.reset };
    return c.json({ resources: { core, graphql, search }, rate: core });
  });
  app.route('/', teams(world));
  return app;
}

function teams(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/orgs/:org/teams', (c) => {
    requireMembers(c);
    const found = world.accounts.teamsOf(c.req.param('org'));
    return c.json(page(c, found).map((team) => teamJson(world, team)));
  });
  app.get('/orgs/:org/teams/:slug', (c) => {
    requireMembers(c);
    return c.json(wholeTeamJson(world, teamNamed(world, c)));
  });
  app.get('/user/teams', (c) => {
    requireMembers(c);
    const { login } = requireIdentity(c).account;
    const own = world.accounts.teams.filter(({ members }) => members.includes(login));
    return c.json(page(c, own).map((team) => wholeTeamJson(world, team)));
  });
  app.get('/orgs/:org/teams/:slug/members', (c) => {
    requireMembers(c);
    const { members } = teamNamed(world, c);
    return c.json(page(c, members).map((login) => loginJson(world, login)));
  });
  return app;
}

const wholeTeamJson = (world: World, team: Team) => ({
  ...teamJson(world, team),
  members_count: team.members.length,
  repos_count: 0,
  organization: wholeOrganizationJson(world, team.org),
  created_at: BEGINNING,
  updated_at: BEGINNING,
});

function wholeOrganizationJson(world: World, login: string) {
  const account = world.account(login);
  return {
    ...organizationJson(world, account),
    html_url: `${world.url}/${account.login}`,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    created_at: BEGINNING,
    updated_at: BEGINNING,
    archived_at: null,
  };
}

/** Who is in a team is told to those whose token may know. Throws 401, 403, or 404 as GitHub does. */
function requireMembers(c: ForgeContext): void {
  const identity = requireIdentity(c);
  switch (identity.kind) {
    case 'classic':
      if (!identity.scopes.some((scope) => /^(read|write|admin):org$/.test(scope)))
        throw notFound();
      return;
    case 'fine_grained':
    case 'installation':
      if (identity.permissions['members'] !== undefined) return;
      throw new Refusal(403, 'Resource not accessible by integration', [], {
        'x-accepted-github-permissions': 'members=read',
      });
    case 'app':
      throw new Refusal(403, 'Resource not accessible by integration');
  }
}

function teamNamed(world: World, c: ForgeContext): Team {
  const team = world.accounts.findTeam(c.req.param('org') ?? '', c.req.param('slug') ?? '');
  if (team === undefined) throw notFound();
  return team;
}

/** Below a repository's own address. */
export function collaborators(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const all = (repository: Repository) =>
    world.users.filter((user) => world.canPush(repository, user));
  app.get('/collaborators', (c) => {
    const repository = c.get('repository');
    requireWriter(world, c);
    const shown = page(c, all(repository));
    return c.json(shown.map((user) => collaboratorJson(world, repository, user)));
  });
  app.get('/collaborators/:login', (c) => {
    requireWriter(world, c);
    const user = world.findUser(c.req.param('login'));
    if (user === undefined || !world.canPush(c.get('repository'), user)) throw notFound();
    return c.body(null, 204);
  });
  app.get('/collaborators/:login/permission', (c) => {
    requireActor(c);
    const user = world.findUser(c.req.param('login'));
    if (user === undefined) throw notFound();
    const { role_name, ...rest } = collaboratorJson(world, c.get('repository'), user);
    return c.json({ permission: role_name, role_name, user: { ...rest, role_name } });
  });
  app.get('/assignees', (c) => {
    const shown = page(c, all(c.get('repository')));
    return c.json(shown.map(({ login }) => loginJson(world, login)));
  });
  app.get('/assignees/:login', (c) => {
    const user = world.findUser(c.req.param('login'));
    if (user === undefined || !world.canPush(c.get('repository'), user)) throw notFound();
    return c.body(null, 204);
  });
  app.get('/teams', (c) => {
    requireWriter(world, c);
    const found = world.accounts.teamsOf(c.get('repository').record.owner);
    return c.json(page(c, found).map((team) => teamJson(world, team)));
  });
  return app;
}

function collaboratorJson(world: World, repository: Repository, user: Account) {
  const admin = world.isAdmin(repository.record, user);
  const push = world.canPush(repository, user);
  const written = push ? 'write' : 'read';
  return {
    ...loginJson(world, user.login),
    permissions: { admin, maintain: admin, push, triage: push, pull: true },
    role_name: admin ? 'admin' : written,
  };
}
