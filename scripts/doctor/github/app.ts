// Whom GitHub takes us for by the key of an App: what the App may do and hears of, its webhook, and where it is installed. The
// one thing that is not a GET is the token of an installation, which changes nothing at GitHub.
import type { z } from 'zod';
import type { ConfigDocument } from '../../../schemas/config.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { type AppPermissions, HookConfig, Installation } from '../../../schemas/github-rights.ts';
import { appTokens } from '../../../src/clients/github/app-tokens.ts';
import { installationTokens } from '../../../src/clients/github/installation-tokens.ts';
import type { Look } from '../../../src/clients/github/rights.ts';
import type { GithubApp } from '../../../src/core/config.ts';
import {
  APP_KEY,
  judgeEvents,
  judgePermissions,
  PERMISSIONS,
} from '../../../src/core/diagnosis/app-permissions.ts';
import { app as holderOf, type Unseen } from '../../../src/core/diagnosis/place.ts';
import { addressOf, judgeAppHook } from '../../../src/core/diagnosis/webhook.ts';
import { err, ok } from '../../../src/core/result.ts';
import { App } from './answers.ts';
import { accessTo, lookThrough } from './look.ts';
import { examineDeliveries } from './webhook.ts';
import type { Bearer, Identify } from './who.ts';

interface AppBearer {
  readonly settings: ConfigDocument;
  readonly app: GithubApp;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

export const byApp =
  (bearer: AppBearer): Identify =>
  async () => {
    const { settings, app, fetch, now } = bearer;
    const { api_url: apiUrl, web_url: web } = settings.github;
    const jwt = await appTokens(app, now).token();
    if (!jwt.ok) return { holder: null, findings: [fault(jwt.error.message, null)] };
    const look = lookThrough({ apiUrl, token: jwt.value, fetch });
    const found = await look('/app', App);
    if (!found.ok) return { holder: null, findings: [unknownApp(bearer, found.error)] };
    const self = found.value;
    const { slug, owner } = self;
    const mine = owner.type === 'Organization' ? `organizations/${owner.login}/` : '';
    const page = `${web}/${mine}settings/apps/${slug}`;
    const findings: Finding[] = [
      { mark: 'ok', what: APP_KEY, text: `the App ${slug} of ${owner.login}` },
      ...judgePermissions(self.permissions, `${page}/permissions`),
      ...judgeEvents(self.events, `${page}/permissions`),
      ...(await examineHook(look, settings, page)),
    ];
    return { holder: bearerOf(bearer, look, self), findings };
  };

const fault = (text: string, todo: string | null): Finding => ({
  ...{ mark: 'fault', what: APP_KEY, text },
  ...(todo === null ? {} : { todo }),
});

function unknownApp({ settings, app }: AppBearer, { status, message }: Unseen): Finding {
  const { api_url: apiUrl, web_url: web } = settings.github;
  if (status === null)
    return {
      ...{ mark: 'fault', what: 'github.api_url', text: `${apiUrl}: ${message}` },
      todo: "Is this the address of GitHub's API, and can it be reached from here?",
    };
  return fault(
    `${apiUrl} does not take it for a key of App ${app.id}: ${message}`,
    `Compare the number in github.app_id, and make a key: ${web}/settings/apps`,
  );
}

async function examineHook(look: Look, settings: ConfigDocument, page: string): Promise<Finding[]> {
  const read = await look('/app/hook/config', HookConfig);
  const address = addressOf(settings.public_url);
  const findings = judgeAppHook({ what: APP_KEY, address, web: page }, read);
  if (findings.some(({ mark }) => mark !== 'ok')) return findings;
  const sender = { what: APP_KEY, hook: '/app/hook', link: `${page}/advanced` };
  return [...findings, await examineDeliveries(look, sender)];
}

function bearerOf(
  bearer: AppBearer,
  look: Look,
  { slug, permissions }: z.infer<typeof App>,
): Bearer {
  const { settings, app, fetch, now } = bearer;
  const { api_url: apiUrl, web_url: web } = settings.github;
  return {
    ...holderOf(slug, web),
    async lookInto(repository) {
      const installed = await look(`/repos/${repository}/installation`, Installation);
      if (!installed.ok) return err(notInstalled(slug, repository, installed.error));
      const why = obstacleOf(installed.value, permissions);
      if (why !== null) return err({ status: 403, message: why });
      const [owner = '', repo = ''] = repository.split('/');
      const token = await installationTokens({ apiUrl, app, owner, repo, fetch, now }).token();
      if (!token.ok) return err({ status: null, message: token.error.message });
      return ok(accessTo(repository, { apiUrl, token: token.value, fetch, now }));
    },
  };
}

const notInstalled = (slug: string, repository: string, { status, message }: Unseen): Unseen => ({
  status,
  message:
    status === 404
      ? `the App ${slug} is not installed on ${repository}, or not for this repository`
      : `GitHub does not tell whether the App ${slug} is installed on ${repository}: ${message}`,
});

/** What the App may do more than it did waits for whoever installed it. */
function obstacleOf(
  { suspended_at: suspended, permissions: granted, html_url: page }: Installation,
  wanted: AppPermissions,
): string | null {
  if (suspended != null) return `its installation is suspended: ${page}`;
  const waiting = Object.keys(PERMISSIONS).filter((name) => granted[name] !== wanted[name]);
  return waiting.length === 0
    ? null
    : `its installation has not been granted ${waiting.join(', ')} as the App asks for: accept it at ${page}`;
}
