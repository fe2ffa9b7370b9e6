// Who hears of an event: the hooks of its repository that asked for it, and the hooks of the Apps that are
// installed there, may see such things and asked for it. Reads only.

import { installedOn, reaches } from './grants.ts';
import type { Level } from './model/account.ts';
import type { App, Installation } from './model/app.ts';
import type { Hook } from './model/hook.ts';
import type { State } from './model.ts';
import type { Event } from './world.ts';

export interface Listener {
  readonly hookId: number;
  readonly url: string;
  readonly secret: string | null;
  readonly contentType: Hook['contentType'];
  readonly target: { readonly type: 'repository' | 'integration'; readonly id: number };
  readonly installation: Installation | null;
}

/** What an App must be allowed to see before it is told. */
const NEEDS: Readonly<Record<string, readonly [permission: string, level: Level]>> = {
  branch_protection_rule: ['administration', 'read'],
  check_run: ['checks', 'read'],
  check_suite: ['checks', 'read'],
  create: ['contents', 'read'],
  delete: ['contents', 'read'],
  issue_comment: ['issues', 'read'],
  merge_group: ['merge_queues', 'read'],
  pull_request: ['pull_requests', 'read'],
  pull_request_review: ['pull_requests', 'read'],
  push: ['contents', 'read'],
  status: ['statuses', 'read'],
};
/** GitHub sends these to every App, asked for or not. */
const ALWAYS = ['installation', 'installation_repositories', 'ping'];

const wants = (events: readonly string[], name: string): boolean =>
  events.includes('*') || events.includes(name);

export const repositoryListener = (repositoryId: number, hook: Hook): Listener => ({
  hookId: hook.id,
  url: hook.url,
  secret: hook.secret,
  contentType: hook.contentType,
  target: { type: 'repository', id: repositoryId },
  installation: null,
});

/** null when the App listens to nothing. */
export function appListener(app: App, installation: Installation | null): Listener | null {
  if (app.hook === null) return null;
  return {
    hookId: app.hook.id,
    url: app.hook.url,
    secret: app.hook.secret,
    contentType: 'json',
    target: { type: 'integration', id: app.id },
    installation,
  };
}

export function listenersOf(state: State, event: Event): Listener[] {
  const record = event.repository?.record;
  const hooks =
    record === undefined || event.app !== undefined
      ? []
      : record.hooks.filter((hook) => hook.active && wants(hook.events, event.name));
  const apps = state.apps.flatMap((app) => {
    if (event.app !== undefined && event.app !== app) return [];
    const installation = state.installations.find(
      (one) => one.app === app.id && (record === undefined || installedOn(one, record)),
    );
    if (record !== undefined && installation === undefined) return [];
    if (record === undefined && event.app === undefined) return [];
    return isTold(app, event.name) ? (appListener(app, installation ?? null) ?? []) : [];
  });
  return [...hooks.map((hook) => repositoryListener(record?.id ?? 0, hook)), ...apps];
}

function isTold(app: App, name: string): boolean {
  if (ALWAYS.includes(name)) return true;
  const [permission = 'metadata', level = 'read'] = NEEDS[name] ?? [];
  const sees = permission === 'metadata' || reaches(app.permissions[permission], level);
  return sees && wants(app.events, name);
}
