// A repository's webhooks: made, changed, taken away, greeted. Who hears of what is audience.ts.

import { repositoryListener } from './audience.ts';
import { accountJson } from './json/account.ts';
import { hookJson } from './json/hook.ts';
import { repositoryJson } from './json/repository.ts';
import type { Account } from './model/account.ts';
import type { Hook } from './model/hook.ts';
import { fullName, type RepositoryRecord } from './model.ts';
import { unprocessable } from './refusal.ts';
import type { Repository } from './repositories.ts';
import type { StateFile } from './state-file.ts';
import type { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

/** A hook that every repository gets, as it is given at the start. */
export interface GivenHook {
  readonly url: string;
  readonly secret: string;
  /** All events unless told. */
  readonly events?: readonly string[];
}

export type HookFields = Omit<Hook, 'id' | 'createdAt' | 'updatedAt'>;

export const hookUrl = (world: World, record: RepositoryRecord, hook: Hook): string =>
  `${world.url}/repos/${fullName(record)}/hooks/${hook.id}`;

/** Gives a repository the hooks that every one gets; those that it has keep their numbers. */
export function furnishHooks(
  file: StateFile,
  record: RepositoryRecord,
  given: readonly GivenHook[],
  now: string,
): void {
  for (const { url, secret, events = ['*'] } of given) {
    const known = record.hooks.find((hook) => hook.url === url);
    if (known !== undefined) {
      known.secret = secret;
      known.events = [...events];
      continue;
    }
    const times = { createdAt: now, updatedAt: now };
    record.hooks.push({
      id: file.nextId(),
      url,
      secret,
      contentType: 'json',
      insecureSsl: '0',
      events: [...events],
      active: true,
      ...times,
    });
  }
}

/** Throws a 422 Refusal when there is one for the same address already. */
export function createHook(world: World, { record }: Repository, fields: HookFields): Hook {
  if (record.hooks.some(({ url }) => url === fields.url)) {
    throw unprocessable('Hook', 'Hook already exists on this repository');
  }
  const times = { createdAt: world.now(), updatedAt: world.now() };
  const hook: Hook = { id: world.nextId(), ...fields, ...times };
  record.hooks.push(hook);
  world.changed();
  return hook;
}

export function updateHook(world: World, hook: Hook, fields: Partial<HookFields>): void {
  Object.assign(hook, fields);
  hook.updatedAt = world.now();
  world.changed();
}

/** GitHub says hello to a hook when it is made, and whenever somebody asks for that. */
export function ping(
  world: World,
  webhooks: Webhooks,
  repository: Repository,
  hook: Hook,
  sender: Account,
): void {
  const { record } = repository;
  webhooks.sendTo(repositoryListener(record.id, hook), {
    name: 'ping',
    action: null,
    repository,
    payload: {
      zen: 'Keep it logically awesome.',
      hook_id: hook.id,
      hook: hookJson(hookUrl(world, record, hook), hook, undefined),
      repository: repositoryJson(world, repository),
      sender: accountJson(world, sender),
    },
  });
}
