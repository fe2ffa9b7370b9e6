// The people, organizations, bots and teams of the site. Who may do what is in grants.ts.

import type { Account, Team } from './model/account.ts';
import type { StateFile } from './state-file.ts';

export interface User {
  readonly login: string;
  readonly token: string;
  readonly name?: string;
  readonly admin?: boolean;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export class Accounts {
  readonly #file: StateFile;

  constructor(file: StateFile, users: readonly User[]) {
    this.#file = file;
    for (const user of users) {
      const account = this.account(user.login, 'User');
      account.kind = 'User';
      account.name = user.name ?? null;
      account.admin = user.admin ?? false;
    }
  }

  get all(): readonly Account[] {
    return this.#file.state.accounts;
  }

  get users(): readonly Account[] {
    return this.all.filter((account) => account.kind === 'User');
  }

  get teams(): readonly Team[] {
    return this.#file.state.teams;
  }

  /** The account of a login, made when it is new: an owner that nobody logs in as. */
  account(login: string, kind: Account['kind'] = 'Organization'): Account {
    const known = this.all.find((account) => same(account.login, login));
    if (known !== undefined) return known;
    const account: Account = { id: this.#file.nextId(), login, name: null, kind, admin: false };
    this.#file.state.accounts.push(account);
    this.#file.changed();
    return account;
  }

  find(login: string): Account | undefined {
    return this.all.find((account) => same(account.login, login));
  }

  findUser(login: string): Account | undefined {
    return this.users.find((user) => same(user.login, login));
  }

  teamsOf(org: string): readonly Team[] {
    return this.teams.filter((team) => same(team.org, org));
  }

  findTeam(org: string, slug: string): Team | undefined {
    return this.teamsOf(org).find((team) => same(team.slug, slug));
  }

  /** Makes a team or changes who is in it; logins that nobody has are left out. */
  putTeam(org: string, slug: string, name: string, members: readonly string[]): Team {
    const logins = members.flatMap((login) => this.findUser(login)?.login ?? []);
    const known = this.findTeam(org, slug);
    const team = known ?? {
      id: this.#file.nextId(),
      org: this.account(org).login,
      slug,
      name,
      members: [],
    };
    team.name = name;
    team.members = [...new Set(logins)];
    if (known === undefined) this.#file.state.teams.push(team);
    this.#file.changed();
    return team;
  }
}
