// Whom a form acts as: nobody signs in here, so each form offers everybody, the likeliest first. Remembers the last choice.

import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Account } from '../model/account.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext } from '../traffic.ts';
import type { World } from '../world.ts';
import type { Html } from './layout.ts';

const COOKIE = 'forge_as';

export const lastChosen = (c: ForgeContext): string | undefined => getCookie(c, COOKIE);

export const remember = (c: ForgeContext, login: string): void =>
  setCookie(c, COOKIE, login, { path: '/', httpOnly: true, sameSite: 'Lax' });

/** The last choice comes first, if there was one. */
export function actAs(world: World, repository: Repository | null, last?: string): Html {
  const users = likeliest(world, repository, world.users);
  return choice(users.toSorted((a, b) => Number(b.login === last) - Number(a.login === last)));
}

/** Nobody judges what is their own, so the author is not offered, and the last choice says nothing. */
export function judgeAs(world: World, repository: Repository, author: string): Html {
  const others = world.users.filter(({ login }) => login !== author);
  return choice(likeliest(world, repository, others.length > 0 ? others : world.users));
}

/** Who may write, then everybody else. An admin is last: a CI acts by such an account. */
function likeliest(
  world: World,
  repository: Repository | null,
  users: readonly Account[],
): readonly Account[] {
  const rank = (user: Account): number => {
    if (user.admin) return 2;
    return repository !== null && world.canPush(repository, user) ? 0 : 1;
  };
  return users.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id);
}

const choice = (users: readonly Account[]): Html =>
  html`<label class="dim">as <select name="as">
    ${users.map(({ login }) => html`<option>${login}</option>`)}
  </select></label>`;
