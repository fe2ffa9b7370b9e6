// Setting Sluice up, as values: the manifest that a GitHub App is made of, and the two files that a deployment is made with
// once there is one. Pure.
import type { NewApp, SetupWish } from '../../schemas/setup.ts';

/** What Sluice does on GitHub needs these. */
const PERMISSIONS = {
  checks: 'write',
  contents: 'write',
  pull_requests: 'write',
  workflows: 'write',
  statuses: 'read',
  metadata: 'read',
};
/** Of an organization: who is in a team that has been given a permission. */
const MEMBERS = { members: 'read' };
/** What it is told of. */
const EVENTS = [
  ...['check_run', 'check_suite', 'pull_request', 'pull_request_review', 'push', 'status'],
];
/** GitHub takes no longer name. */
const NAME_MAX = 34;

const ownerOf = ({ branch }: SetupWish): string => branch.split('/')[0] ?? '';

/** @param origin where Sluice is reached */
export const manifestOf = (wish: SetupWish, origin: string) => ({
  name: `sluice-${ownerOf(wish)}`.slice(0, NAME_MAX),
  url: origin,
  hook_attributes: { url: `${origin}/github_callback`, active: true },
  redirect_url: `${origin}/setup/created`,
  callback_urls: [`${origin}/sign-in/github/callback`],
  public: false,
  default_permissions: { ...PERMISSIONS, ...(wish.organization === 'yes' ? MEMBERS : {}) },
  default_events: EVENTS,
});

/** Where a person agrees to the manifest; an App belongs to who owns the repository. */
export function newAppUrl(wish: SetupWish, state: string): string {
  const { organization, github_url: github } = wish;
  const of = organization === 'yes' ? `/organizations/${encodeURIComponent(ownerOf(wish))}` : '';
  return `${github}${of}/settings/apps/new?${new URLSearchParams({ state })}`;
}

/** Where the App is let into the repository. */
export const installUrl = ({ html_url }: NewApp): string => `${html_url}/installations/new`;

export interface SetupFiles {
  /** `SLUICE_CONFIG`: no secret is in it. */
  readonly settings: object;
  readonly secrets: Readonly<Record<string, string>>;
}

/** @param newSecret unguessable, another one at each call */
export function filesOf(
  wish: SetupWish,
  app: NewApp,
  origin: string,
  newSecret: () => string,
): SetupFiles {
  const { github_url: web, github_api_url: api } = wish;
  const elsewhere =
    web === 'https://github.com' ? {} : { api_url: api, git_url: web, web_url: web };
  return {
    settings: {
      public_url: origin,
      github: { app_id: app.id, client_id: app.client_id, ...elsewhere },
      batch: { url: wish.batch_url, billing_project: wish.billing_project, user: wish.batch_user },
      developers: wish.developers,
      permissions: { manage_ci: wish.managers },
      storage_uri: wish.storage_uri,
      docker_prefix: wish.docker_prefix,
      branches: [{ branch: wish.branch, deployable: false }],
    },
    secrets: {
      GITHUB_APP_KEY: app.pem,
      GITHUB_WEBHOOK_SECRET: app.webhook_secret ?? newSecret(),
      GITHUB_CLIENT_SECRET: app.client_secret,
      SESSION_SECRET: newSecret(),
      CALLBACK_SECRET: newSecret(),
      MANAGE_TOKEN: newSecret(),
      // Only its owner can tell it: the next start says so until it is there.
      BATCH_TOKEN: '',
    },
  };
}
