// GraphQL: organizations, and teams with their members.

import { nodeId } from '../json/node-id.ts';
import type { Account, Team } from '../model/account.ts';
import type { World } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { accountNode } from './nodes.ts';

export function organizationNode(world: World, account: Account) {
  return {
    ...accountNode(world, account),
    team: ({ slug }: { readonly slug: string }) => {
      const team = world.accounts.findTeam(account.login, slug);
      return team === undefined ? null : teamNode(world, team);
    },
    teams: (page: PageArguments) =>
      connection(world.accounts.teamsOf(account.login), page, (team) => teamNode(world, team)),
  };
}

export function teamNode(world: World, team: Team) {
  return {
    __typename: 'Team',
    id: nodeId('Team', team.id),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `${team.org}/${team.slug}`,
    organization: () => organizationNode(world, world.account(team.org)),
    members: (page: PageArguments) =>
      connection(team.members, page, (login) => accountNode(world, world.account(login))),
  };
}
