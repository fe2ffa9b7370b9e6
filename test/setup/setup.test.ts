// From nothing to settings: the pages of a Worker without settings, through the forge's own pages, to an App that works.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { convertManifest } from '../../src/clients/github/app-manifest.ts';
import { installationTokens } from '../../src/clients/github/installation-tokens.ts';
import { createGithubSignIn } from '../../src/clients/github/sign-in.ts';
import { parseConfig } from '../../src/core/config.ts';
import { namedTeams } from '../../src/core/doors.ts';
import { permissionsOf } from '../../src/core/grants.ts';
import { setupApp } from '../../src/routes/setup.tsx';
import { TestForge } from '../support/forge.ts';

const TOKEN = 'a set-up token of good length';
const ORIGIN = 'https://sluice.test';
let forge: TestForge;
let now: number;
beforeAll(async () => {
  forge = await TestForge.start();
});
afterAll(() => forge.close());
beforeEach(() => {
  now = Date.now();
});

let secrets = 0;
let admitted = Number.POSITIVE_INFINITY;
const tools = (token: string | null = TOKEN) => ({
  token,
  convert: (apiUrl: string, code: string) => convertManifest(fetch, apiUrl, code),
  limiter: { admits: async () => admitted-- > 0 },
  now: () => now,
  newSecret: () => `an unguessable secret, and a long one: ${secrets++}`,
});
const ask = (path: string, init?: RequestInit, token?: string | null) =>
  setupApp(tools(token)).request(`${ORIGIN}${path}`, init);
const wish = (change: Record<string, string> = {}) => ({
  ...{
    token: TOKEN,
    branch: 'acme/widget:main',
    organization: 'yes',
    developers: 'alice, bob',
    managers: 'alice',
  },
  ...{ batch_url: 'https://batch.test', billing_project: 'ci', storage_uri: 'gs://files' },
  ...{ docker_prefix: 'registry.test/ci' },
  ...{ github_url: forge.forge.url, github_api_url: forge.forge.url },
  ...change,
});
const submit = (fields: Record<string, string>, token?: string | null) =>
  ask('/setup', { method: 'POST', body: new URLSearchParams(fields) }, token);

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const found = (text: string, pattern: RegExp): string => unescaped(pattern.exec(text)?.[1] ?? '');

/** The form that leads to GitHub, and the address that GitHub sends the person back to. */
async function throughGithub(fields = wish(), name = 'gate'): Promise<URL> {
  const page = await (await submit(fields)).text();
  const action = new URL(found(page, /<form method="post" action="([^"]+)"/));
  const manifest = found(page, /name="manifest" value="([^"]+)"/);
  const shown = await fetch(action, { method: 'POST', body: new URLSearchParams({ manifest }) });
  const agree = found(await shown.text(), /<form method="post" action="([^"]+)"/);
  const answer = await fetch(new URL(agree, action), {
    method: 'POST',
    body: new URLSearchParams({ manifest, name, as: 'alice' }),
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location') ?? '');
}

const filesIn = (page: string) => {
  const file = (name: string) => JSON.parse(found(page, new RegExp(`id="${name}"[^>]*>([^<]+)<`)));
  return { settings: file('sluice.json'), secrets: file('secrets.json') };
};

describe('S10 setting Sluice up', () => {
  it('makes an App on GitHub that works, and the files to deploy with', async () => {
    const back = await throughGithub();
    expect(back.origin + back.pathname).toBe(`${ORIGIN}/setup/created`);
    const page = await (await ask(back.pathname + back.search)).text();
    expect(page).toContain(
      'rm setup-token\nrm secrets.json\nnpx wrangler secret delete SETUP_TOKEN',
    );
    const files = filesIn(page);
    const filled = { ...files.secrets, BATCH_TOKEN: 'a token of Batch' };
    const config = parseConfig({ ...filled, SLUICE_CONFIG: files.settings });
    expect(config).toMatchObject({
      ok: true,
      value: {
        branches: [{ name: 'acme/widget:main', developers: ['alice', 'bob'] }],
        doors: { grants: { manage_ci: ['alice'] }, github: { clientSecret: expect.any(String) } },
        document: { public_url: ORIGIN, batch: { billing_project: 'ci', user: 'ci' } },
      },
    });
    expect(new Set(Object.values(filled)).size).toBe(Object.keys(filled).length);

    await forge.control('POST', '/apps/gate/installations', { owner: 'acme' });
    const app =
      config.ok && 'app' in config.value.secrets.github && config.value.secrets.github.app;
    if (!app) throw new Error('it has no App');
    const place = { apiUrl: forge.forge.url, owner: 'acme', repo: 'widget', now: Date.now, fetch };
    const token = await installationTokens({ ...place, app }).token();
    expect(token.ok).toBe(true);
  });

  it('asks to read the members of an organization, since a team may have a permission', async () => {
    const managers = 'Alice, acme/Maintainers';
    const asked = async (organization: string) => {
      const page = await (await submit(wish({ managers, organization }))).text();
      return JSON.parse(found(page, /name="manifest" value="([^"]+)"/)).default_permissions;
    };
    expect(await asked('yes')).toMatchObject({ members: 'read', contents: 'write' });
    expect(await asked('no')).not.toHaveProperty('members');
  });

  it('makes an App by which members of a team sign in', async () => {
    await forge.control('PUT', '/teams/acme/maintainers', { members: ['bob'] });
    const back = await throughGithub(wish({ managers: 'acme/Maintainers' }), 'gate-five');
    const files = filesIn(await (await ask(back.pathname + back.search)).text());
    const secrets = { ...files.secrets, BATCH_TOKEN: 'a token of Batch' };
    const config = parseConfig({ ...secrets, SLUICE_CONFIG: files.settings });
    if (!config.ok || config.value.doors.github === null) throw new Error('nobody can sign in');
    const { doors } = config.value;
    const signIn = createGithubSignIn({
      ...{ ...config.value.doors.github, teams: namedTeams(doors), fetch },
      ...{ webUrl: forge.forge.url, apiUrl: forge.forge.url },
      redirectUrl: `${ORIGIN}/sign-in/github/callback`,
    });
    const challenge = createHash('sha256').update('a verifier').digest('base64url');
    const consent = await fetch(signIn.authorizeUrl('state', challenge), {
      method: 'POST',
      body: new URLSearchParams({ as: 'bob' }),
      redirect: 'manual',
    });
    const { searchParams } = new URL(consent.headers.get('location') ?? '');
    const person = await signIn.personOf(searchParams.get('code') ?? '', 'a verifier');
    expect(person).toEqual({
      ok: true,
      value: { login: 'bob', teams: ['acme/maintainers'], email: null },
    });
    expect(person.ok && permissionsOf(person.value, doors)).toEqual(['read_ci', 'manage_ci']);
  });

  it('says what is missing when the token of Batch is not filled in', async () => {
    const back = await throughGithub(wish(), 'gate-two');
    const files = filesIn(await (await ask(back.pathname + back.search)).text());
    const config = parseConfig({ ...files.secrets, SLUICE_CONFIG: files.settings });
    expect(config).toEqual({
      ok: false,
      error: [expect.stringMatching(/^BATCH_TOKEN is 0 characters long; expected/)],
    });
  });

  it('shows the secrets once', async () => {
    const back = await throughGithub(wish(), 'gate-three');
    expect((await ask(back.pathname + back.search)).status).toBe(200);
    const again = await ask(back.pathname + back.search);
    expect([again.status, await again.text()]).toEqual([
      502,
      expect.stringContaining('the code was used already'),
    ]);
  });

  it('keeps nothing in the browser and lets no page be kept or framed', async () => {
    const back = await throughGithub(wish(), 'gate-four');
    const { headers } = await ask(back.pathname + back.search);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    const form = await submit(wish());
    expect(form.headers.get('content-security-policy')).toContain(
      `form-action ${forge.forge.url};`,
    );
  });
});

describe('S10.3 nobody else can set it up', () => {
  it.each([
    ['another token', { token: 'a guess' }],
    ['no token', { token: '' }],
  ])('%s', async (_what, change) => {
    const answer = await submit(wish(change));
    expect([answer.status, await answer.text()]).toEqual([
      401,
      expect.stringContaining('that is not the SETUP_TOKEN'),
    ]);
  });

  it('no SETUP_TOKEN was given: the page says how, and the form is closed', async () => {
    const page = await (await ask('/setup', {}, null)).text();
    expect(page).toContain('wrangler secret put SETUP_TOKEN');
    expect(page).not.toContain('<form');
    expect((await submit(wish({ token: '' }), null)).status).toBe(401);
  });

  it.each([
    ['that somebody made up', async (state: string) => `${state.slice(0, -4)}AAAA`],
    ['without a signature', async () => btoa('{"alg":"none"}')],
    [
      'that is older than an hour',
      async (state: string) => {
        now += 3_600_001;
        return state;
      },
    ],
  ])('a state %s', async (_what, spoilt) => {
    const page = await (await submit(wish())).text();
    const action = new URL(found(page, /<form method="post" action="([^"]+)"/));
    const state = await spoilt(action.searchParams.get('state') ?? '');
    const query = new URLSearchParams({ state, code: 'x' });
    const answer = await ask(`/setup/created?${query}`);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('This did not come from the form'),
    ]);
  });
});

describe('S10.3 whoever tries too often', () => {
  afterEach(() => {
    admitted = Number.POSITIVE_INFINITY;
  });

  it('is held up before the token is looked at', async () => {
    admitted = 2;
    const guesses = ['one', 'two', TOKEN].map((token) => submit(wish({ token })));
    expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual([401, 401, 429]);
  });
});

/** The opening tag of a field, and what is said beside it. */
const fieldIn = (page: string, name: string): { tag: string; wrong: string } => ({
  tag: unescaped(new RegExp(`<(?:input|select) id="${name}"[^>]*>`).exec(page)?.[0] ?? ''),
  wrong: found(page, new RegExp(`<small class="wrong" id="${name}-wrong">([^<]*)<`)),
});

describe('S1.2 what is filled in', () => {
  const LOGIN = 'expected a login of GitHub, such as "alice"';
  const GRANTEE = 'expected a login of GitHub or a team such as "acme/maintainers"';
  it.each([
    ['a branch that is none', 'branch', 'acme', 'expected owner/repo:branch'],
    ['a bucket that is none', 'storage_uri', 'files', 'expected a bucket such as gs://name'],
    ['nobody', 'developers', ' ', 'expected logins of GitHub'],
    ['no logins', 'developers', 'alice, @bob b@b', `"@bob", "b@b": ${LOGIN}`],
    ['a team for a login', 'developers', 'acme/bakers', `"acme/bakers": ${LOGIN}`],
    ['no team', 'managers', 'alice,acme/a b/', `"b/": ${GRANTEE}`],
    [
      'an address',
      'managers',
      'ann@acme.example',
      '"ann@acme.example": expected a login or a team of GitHub; whom Cloudflare Access vouches for is added to the settings later',
    ],
    ['no address', 'github_url', 'javascript:alert(1)', 'expected an http(s) URL'],
    ['half an address', 'github_api_url', 'https://[', 'expected an http(s) URL'],
  ])('%s', async (_what, name, value, words) => {
    const answer = await submit(wish({ [name]: value }));
    const page = await answer.text();
    const { tag, wrong } = fieldIn(page, name);
    expect([answer.status, wrong]).toEqual([400, words]);
    expect(tag).toContain('aria-invalid="true"');
    expect(tag).toMatch(new RegExp(`aria-describedby="(${name}-hint )?${name}-wrong"`));
    expect(page.match(/class="wrong" id=/g)).toHaveLength(1);
  });

  it('is kept beside its mistakes, every one of which is told, but no secret', async () => {
    const typed = { branch: 'no "branch"', developers: 'b@b', batch_user: 'bot' };
    const answer = await submit({ token: TOKEN, ...typed });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self';");
    const page = await answer.text();
    expect(fieldIn(page, 'branch').tag).toContain('value="no "branch""');
    expect(fieldIn(page, 'developers').tag).toContain('value="b@b"');
    expect(fieldIn(page, 'batch_user').tag).toContain('value="bot"');
    expect(fieldIn(page, 'batch_url').tag).toContain('value="https://batch.hail.is"');
    expect(fieldIn(page, 'token').tag).not.toContain('value');
    expect(page).not.toContain(TOKEN);
    expect(page).toContain('asked for again, since no secret is written into a page');
    const summary = /role="alert">.*?<\/ul>/s.exec(page)?.[0] ?? '';
    const links = [...summary.matchAll(/<a href="#(\w+)">([^<]+)<\/a>: ([^<]+)/g)];
    expect(links.map(([, ...told]) => told.map(unescaped))).toEqual([
      ['branch', 'The branch to watch', 'expected owner/repo:branch'],
      [
        'developers',
        'Whose pull requests are tested without being authorized one by one',
        `"b@b": ${LOGIN}`,
      ],
      [
        'managers',
        'Who may authorize, retry and freeze, by signing in with GitHub',
        'expected logins of GitHub',
      ],
      [
        'billing_project',
        'The billing project of that account',
        'expected the billing project of your Batch account',
      ],
      ['storage_uri', 'A bucket for the files of batches', 'expected a bucket such as gs://name'],
      ['docker_prefix', 'Where images are published', 'expected registry/project/repository'],
    ]);
    for (const [, name] of links) expect(page).toContain(`id="${name}"`);
  });

  it('is kept, too, when the token is another one', async () => {
    const page = await (await submit(wish({ token: 'a wrong guess' }))).text();
    expect(fieldIn(page, 'token').wrong).toBe('that is not the SETUP_TOKEN');
    expect(fieldIn(page, 'branch').tag).toContain('value="acme/widget:main"');
    expect(page).toContain('<option value="yes" selected');
    expect(page).not.toContain('a wrong guess');
  });

  it('has an empty form before it, without a mistake', async () => {
    const page = await (await ask('/setup')).text();
    for (const sign of ['aria-invalid', 'class="wrong"', 'asked for again'])
      expect(page).not.toContain(sign);
    expect(fieldIn(page, 'branch').tag).toContain('required');
  });

  it('is escaped wherever it is shown', async () => {
    const page = await (await submit(wish({ developers: '"><script>alert(1)</script>' }))).text();
    expect(page).not.toContain('<script>');
  });
});

it('S10 a Worker that is not set up serves nothing else, and says so', async () => {
  const home = await ask('/');
  expect([home.status, home.headers.get('location')]).toEqual([302, '/setup']);
  for (const path of ['/healthcheck', '/github_callback', '/api/v1alpha/update']) {
    const answer = await ask(path, { method: path.startsWith('/api') ? 'POST' : 'GET' });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      '503: Sluice is not set up yet; open /setup',
    ]);
  }
});
