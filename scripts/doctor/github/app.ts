// Whom GitHub takes us for by the key of an App: what the App may do and hears of, its webhook, and where it is installed. The
// one thing that is not a GET is the token of an installation, which changes nothing at GitHub.
import type { z } from 'zod';
import type { ConfigDocument } from '../../../schemas/config.ts';
import { appTokens } from '../../../src/clients/github/app-tokens.ts';
import { installationTokens } from '../../../src/clients/github/installation-tokens.ts';
import type { GithubApp } from '../../../src/core/config.ts';
import { err, ok } from '../../../src/core/result.ts';
import type { Finding } from '../finding.ts';
import { App, HookConfig, Installation } from './answers.ts';
import { type Look, lookThrough, type Unseen } from './look.ts';
import { EVENTS, examineDeliveries } from './webhook.ts';
import type { Holder, Identify } from './who.ts';

const WHAT = 'GITHUB_APP_KEY';
/** What Sluice does with each, in the order of GitHub's page. */
const PERMISSIONS: Readonly<Record<string, readonly ['read' | 'write', string]>> = {
  checks: ['write', 'its check, and those of others that are required'],
  contents: ['write', 'the tested commits, and the branch itself'],
  pull_requests: ['write', 'reading them, comments, and who is asked for review'],
  statuses: ['read', 'statuses that are required'],
  workflows: ['write', 'landing what changes .github/workflows'],
};

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
    const self = found.value.value;
    const { slug, owner } = self;
    const mine = owner.type === 'Organization' ? `organizations/${owner.login}/` : '';
    const page = `${web}/${mine}settings/apps/${slug}`;
    const findings = [
      { mark: 'ok', what: WHAT, text: `the App ${slug} of ${owner.login}` } as const,
      ...judgePermissions(self.permissions, `${page}/permissions`),
      ...judgeEvents(self.events, `${page}/permissions`),
      ...(await examineHook(look, settings, page)),
    ];
    return { holder: holderOf(bearer, look, self), findings };
  };

const fault = (text: string, todo: string | null): Finding => ({
  ...{ mark: 'fault', what: WHAT, text },
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

/** @param where to change it; who installed the App must agree to what is added */
function judgePermissions(had: Readonly<Record<string, string>>, where: string): Finding[] {
  const missing = Object.entries(PERMISSIONS).filter(
    ([name, [level]]) => had[name] !== 'write' && had[name] !== level,
  );
  if (missing.length === 0)
    return [{ mark: 'ok', what: WHAT, text: 'the App may do all that Sluice does' }];
  return missing.map(([name, [level, use]]) =>
    fault(
      `the App lacks the permission ${name}: ${level}, for ${use}`,
      `Give it that, and accept it where the App is installed: ${where}`,
    ),
  );
}

function judgeEvents(had: readonly string[], where: string): Finding[] {
  const missing = EVENTS.filter((event) => !had.includes(event));
  if (missing.length === 0)
    return [
      { mark: 'ok', what: WHAT, text: 'the App hears of every event that Sluice listens to' },
    ];
  const text = `the App does not hear of ${missing.join(', ')}, so that Sluice notices those only by its poll`;
  return [{ mark: 'warning', what: WHAT, text, todo: `Subscribe to these events: ${where}` }];
}

async function examineHook(look: Look, settings: ConfigDocument, page: string): Promise<Finding[]> {
  const address = `${settings.public_url}/github_callback`;
  const read = await look('/app/hook/config', HookConfig);
  if (!read.ok) {
    const text = `webhook: the App has none, or GitHub does not tell: ${read.error.message}`;
    const todo = `Make it active, at ${address}, with the secret GITHUB_WEBHOOK_SECRET: ${page}`;
    return [{ mark: 'warning', what: WHAT, text, todo }];
  }
  const wrong = wrongWith(read.value.value, address);
  if (wrong.length > 0)
    return wrong.map(([text, todo]) => fault(`webhook: ${text}`, `${todo}: ${page}`));
  return [
    { mark: 'ok', what: WHAT, text: 'webhook: points here, sends JSON, has a secret' },
    await examineDeliveries(look, { what: WHAT, hook: '/app/hook', link: `${page}/advanced` }),
  ];
}

function wrongWith(
  { url, content_type: type, secret }: z.infer<typeof HookConfig>,
  address: string,
): [string, string][] {
  return [
    ...(url === address
      ? []
      : [
          [`it points at ${url ?? 'nothing'}, not here`, `Set its URL to ${address}`] as [
            string,
            string,
          ],
        ]),
    ...(type === undefined || type === 'json'
      ? []
      : [
          ['it sends forms, and Sluice reads JSON', 'Set its content type to JSON'] as [
            string,
            string,
          ],
        ]),
    ...(secret === undefined
      ? [
          ['it has no secret, so that Sluice refuses what it sends', 'Give it one'] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

function holderOf(
  bearer: AppBearer,
  look: Look,
  { slug, permissions }: z.infer<typeof App>,
): Holder {
  const { settings, app, fetch, now } = bearer;
  const { api_url: apiUrl, web_url: web } = settings.github;
  const link = `${web}/apps/${slug}/installations/new`;
  return {
    name: `${slug}[bot]`,
    link,
    hears: 'by itself',
    async lookInto(repository) {
      const installed = await look(`/repos/${repository}/installation`, Installation);
      if (!installed.ok) return err(notInstalled(slug, repository, installed.error));
      const why = obstacleOf(installed.value.value, permissions);
      if (why !== null) return err({ status: 403, message: why });
      const [owner = '', repo = ''] = repository.split('/');
      const token = await installationTokens({ apiUrl, app, owner, repo, fetch, now }).token();
      if (!token.ok) return err({ status: null, message: token.error.message });
      return ok(lookThrough({ apiUrl, token: token.value, fetch }));
    },
    isAmong: ({ apps = [] }) => apps.some((one) => one.slug === slug),
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
  { suspended_at: suspended, permissions: granted, html_url: page }: z.infer<typeof Installation>,
  wanted: Readonly<Record<string, string>>,
): string | null {
  if (suspended != null) return `its installation is suspended: ${page}`;
  const waiting = Object.keys(PERMISSIONS).filter((name) => granted[name] !== wanted[name]);
  return waiting.length === 0
    ? null
    : `its installation has not been granted ${waiting.join(', ')} as the App asks for: accept it at ${page}`;
}
