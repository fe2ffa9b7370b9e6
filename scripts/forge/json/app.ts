// GitHub's JSON of Apps and their installations. Pure reading.

import type { App, Installation } from '../model/app.ts';
import type { World } from '../world.ts';
import { loginJson } from './account.ts';
import { nodeId } from './node-id.ts';

export function appJson(world: World, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: app.clientId,
    owner: loginJson(world, app.owner),
    name: app.name,
    description: null,
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationJson(world: World, installation: Installation) {
  const app = world.app(installation.app);
  const account = loginJson(world, installation.account);
  return {
    id: installation.id,
    account,
    repository_selection:
      installation.repositories === 'all' ? ('all' as const) : ('selected' as const),
    access_tokens_url: `${world.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
