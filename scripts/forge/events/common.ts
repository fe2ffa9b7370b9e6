// What every webhook payload about a repository ends with, and how it is handed over.

import { accountJson, organizationJson } from '../json/account.ts';
import { repositoryJson } from '../json/repository.ts';
import type { Account } from '../model/account.ts';
import type { App } from '../model/app.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';

/** Tells of what happened in a repository. `app`: this App alone hears of it. */
export function tell(
  world: World,
  repository: Repository,
  sender: Account,
  name: string,
  payload: { readonly action?: string; readonly [field: string]: unknown },
  app?: App,
): void {
  world.emit({
    name,
    action: payload.action ?? null,
    repository,
    ...(app === undefined ? {} : { app }),
    payload: {
      ...payload,
      repository: repositoryJson(world, repository),
      ...organizationOf(world, repository),
      sender: accountJson(world, sender),
    },
  });
}

/** GitHub names the organization beside a repository that belongs to one. */
function organizationOf(world: World, { record }: Repository): object {
  const owner = world.account(record.owner);
  return owner.kind === 'Organization' ? { organization: organizationJson(world, owner) } : {};
}
