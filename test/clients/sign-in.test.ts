// S10.3 Signing in with GitHub, from the click to the session: our guard, routes and client against a real forge.
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGithubSignIn } from '../../src/clients/github/sign-in.ts';
import { parseConfig } from '../../src/core/config.ts';
import { namedTeams } from '../../src/core/doors.ts';
import type { AppEnv } from '../../src/middleware/app-env.ts';
import { guard } from '../../src/middleware/guard.tsx';
import { signInRoutes } from '../../src/routes/sign-in.tsx';
import { testEnvironment } from '../support/environment.ts';
import { OAUTH_APP, TestForge } from '../support/forge.ts';

const HOME = 'https://gate.test';
const TEN_MINUTES = 600_000;

let forge: TestForge;
let app: Hono<AppEnv>;
let now: number;
let made: number;

beforeAll(async () => {
  forge = await TestForge.start();
  await forge.control('PUT', '/teams/acme/Gatekeepers', { members: ['bob'] });
  await forge.control('PUT', '/teams/acme/secret-others', { members: ['bob'] });
});
afterAll(() => forge.close());
beforeEach(() => {
  now = Date.now();
  made = 0;
  app = appWith({ permissions: { manage_ci: ['alice', 'acme/gatekeepers'] } });
});

function appWith(settings: object, clientSecret: string = OAUTH_APP.clientSecret): Hono<AppEnv> {
  const { url } = forge.forge;
  const config = parseConfig({
    ...testEnvironment,
    GITHUB_CLIENT_SECRET: clientSecret,
    SESSION_SECRET: 'session-secret-0123456789-0123456789',
    SLUICE_CONFIG: {
      ...JSON.parse(testEnvironment.SLUICE_CONFIG),
      public_url: HOME,
      public_reading: false,
      github: { api_url: url, git_url: url, web_url: url, client_id: OAUTH_APP.clientId },
      ...settings,
    },
  });
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { document, doors } = config.value;
  const tools = {
    github: createGithubSignIn({
      ...{ clientId: OAUTH_APP.clientId, clientSecret, fetch, teams: namedTeams(doors) },
      ...{ webUrl: document.github.web_url, apiUrl: document.github.api_url },
      redirectUrl: OAUTH_APP.callbackUrl,
    }),
    ...{ accessKeys: null, limiter: null, readers: null, now: () => now },
    newSecret: () => `a-secret-of-forty-three-characters-or-so-${made++}`,
  };
  const whole = new Hono<AppEnv>();
  whole.use(guard(doors, tools));
  whole.route('/', signInRoutes(config.value, tools));
  whole.all('*', (c) => c.json(c.get('viewer')));
  return whole;
}

/** A browser as far as it matters here: one host, cookies, no redirect followed by itself. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly told: string[] = [];

  async go(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await app.request(new URL(path, HOME).href, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      this.told.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** To GitHub, where somebody consents. @returns where GitHub sends the browser */
  async consent(as: string | null, next = '/pulls'): Promise<string> {
    const start = await this.go(`/sign-in/github?next=${encodeURIComponent(next)}`);
    const body = new URLSearchParams(as === null ? {} : { as });
    const there = await fetch(locationOf(start), { method: 'POST', body, redirect: 'manual' });
    return locationOf(there);
  }

  async signIn(as: string, next?: string): Promise<Response> {
    return this.go(await this.consent(as, next));
  }

  async viewer() {
    const response = await this.go('/pulls');
    return response.ok ? response.json() : response.status;
  }
}

const locationOf = (response: Response): string => response.headers.get('location') ?? '';

describe('S10.3 signing in with GitHub', () => {
  it('gives a session of twelve hours, and leads back', async () => {
    const browser = new Browser();
    const back = await browser.signIn('alice', '/acme/bakery/pull/3?tab=jobs');
    expect([back.status, locationOf(back)]).toEqual([303, '/acme/bakery/pull/3?tab=jobs']);
    expect(await browser.viewer()).toEqual({
      ...{ login: 'alice', name: 'alice', permissions: ['read_ci', 'manage_ci'] },
      csrf: expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    });
    expect(browser.told.at(-1)).toMatch(
      /^__Host-sluice-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    now += 12 * 60 * 60_000;
    expect(await browser.viewer()).toBe(401);
  });

  it('by a team that the settings name; no other team is kept', async () => {
    const browser = new Browser();
    await browser.signIn('bob');
    expect(await browser.viewer()).toMatchObject({ permissions: ['read_ci', 'manage_ci'] });
    const kept = decodeURIComponent([...browser.cookies.values()].join());
    expect(kept).toContain('acme/gatekeepers');
    expect(kept).not.toMatch(/secret-others|gho_/);
  });

  it('as somebody whom nobody has given anything', async () => {
    const browser = new Browser();
    await browser.signIn('eve');
    expect(await browser.viewer()).toBe(403);
  });

  it('ends by signing out, from a page of ours alone', async () => {
    const browser = new Browser();
    await browser.signIn('alice');
    const { csrf } = (await browser.viewer()) as { csrf: string };
    const signOut = (origin: string) =>
      browser.go('/sign-out', {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ _csrf: csrf }),
      });
    expect((await signOut('https://evil.test')).status).toBe(403);
    expect(await browser.viewer()).toMatchObject({ login: 'alice' });
    expect((await signOut(HOME)).status).toBe(303);
    expect(await browser.viewer()).toBe(401);
  });

  it('is only begun where GitHub sends people back to', async () => {
    const elsewhere = await app.request('http://localhost:8787/sign-in/github?next=%2Fa');
    expect(locationOf(elsewhere)).toBe(`${HOME}/sign-in/github?next=%2Fa`);
    expect(elsewhere.headers.has('set-cookie')).toBe(false);
  });
});

describe('S10.3 signing in fails', () => {
  const problemOf = async (response: Response): Promise<[number, string]> => [
    response.status,
    /data-tone="bad">.*?<div class="text">([^<]*)/s.exec(await response.text())?.[1] ??
      'no problem',
  ];
  const NOT_BEGUN =
    'This sign-in was not begun in this browser, or over ten minutes ago. Try again.';
  const STALE = 'GitHub refused the sign-in: The code passed is incorrect or expired.';

  it('in a browser that did not begin it', async () => {
    const callback = await new Browser().consent('alice');
    const victim = new Browser();
    expect(await problemOf(await victim.go(callback))).toEqual([403, NOT_BEGUN]);
    await victim.consent('eve');
    expect(await problemOf(await victim.go(callback))).toEqual([403, NOT_BEGUN]);
    expect(await victim.viewer()).toBe(401);
  });

  it('after ten minutes', async () => {
    const browser = new Browser();
    const callback = await browser.consent('alice');
    now += TEN_MINUTES;
    expect(await problemOf(await browser.go(callback))).toEqual([403, NOT_BEGUN]);
  });

  it('a second time with the same code', async () => {
    const browser = new Browser();
    const callback = await browser.consent('alice');
    const cookies = new Map(browser.cookies);
    await browser.go(callback);
    expect(await problemOf(await browser.go(callback))).toEqual([403, NOT_BEGUN]);
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await problemOf(await browser.go(callback))).toEqual([403, STALE]);
  });

  it('with a code that was given to another browser, because of PKCE', async () => {
    const stolen = new URL(await new Browser().consent('alice'));
    const browser = new Browser();
    const callback = new URL(await browser.consent('eve'));
    callback.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect(await problemOf(await browser.go(callback.href))).toEqual([403, STALE]);
  });

  it('with a session’s cookie in place of the state’s, though we signed both', async () => {
    const browser = new Browser();
    await browser.signIn('alice');
    const session = browser.cookies.get('__Host-sluice-session') ?? '';
    const callback = await browser.consent('alice');
    browser.cookies.set('__Host-sluice-sign-in', session);
    expect(await problemOf(await browser.go(callback))).toEqual([403, NOT_BEGUN]);
  });

  it('when the person does not consent, or the secret is wrong', async () => {
    const browser = new Browser();
    expect(await problemOf(await browser.go(await browser.consent(null)))).toEqual([
      403,
      'GitHub did not let you in: access_denied.',
    ]);
    app = appWith({ permissions: { manage_ci: ['alice'] } }, 'another secret');
    expect(await problemOf(await browser.signIn('alice'))).toEqual([
      403,
      'GitHub refused the sign-in: The client_id and/or client_secret passed are incorrect.',
    ]);
  });

  it('when GitHub has trouble', async () => {
    const browser = new Browser();
    const callback = await browser.consent('alice');
    await forge.control('POST', '/faults', {
      match: { api: 'rest', path: 'GET /user' },
      do: { status: 502 },
    });
    const [status, problem] = await problemOf(await browser.go(callback));
    expect([status, problem]).toEqual([403, expect.stringContaining('was answered with 502')]);
  });

  it.each([
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/.//evil.test',
    '\\\\evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    '',
  ])('to lead anywhere else: %j', async (next) => {
    expect(locationOf(await new Browser().signIn('alice', next))).toBe('/');
  });

  it('to write headers of its own', async () => {
    const back = await new Browser().signIn('alice', '/a\r\nset-cookie: b=c');
    expect(locationOf(back)).toBe('/aset-cookie:%20b=c');
  });
});
