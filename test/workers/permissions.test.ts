// S10.3 Every route times everybody who may ask: nothing is reached that should not be.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { testEnvironment } from '../support/environment.ts';
import {
  access,
  appWith,
  type Brought,
  bearer,
  ISSUER,
  OLD_SECRET,
  selfMade,
  session,
  unsigned,
} from './doors.ts';
import { ORIGIN } from './sluice.ts';

const NAMESPACE = '/api/v1alpha/namespaces/:namespace';
const WATCHED = '/api/v1alpha/watched_branches';

type Needed = 'nothing' | 'read_ci' | 'manage_ci';
/** By either of a branch's names. */
function ofBranch(method: string, rest: readonly string[], needed: Needed): Record<string, Needed> {
  const names = [`${WATCHED}/:branch`, `${WATCHED}/:owner/:repo/:branch`];
  return Object.fromEntries(
    names.flatMap((name) => rest.map((end) => [`${method} ${name}${end}`, needed])),
  );
}

/** A route that is not in here fails the test: say what it needs. */
const ROUTES: Readonly<Record<string, Needed>> = {
  'GET /healthcheck': 'nothing',
  'GET /api/v1alpha/version': 'nothing',
  'GET /openapi.json': 'nothing',
  'GET /openapi.yaml': 'nothing',
  'GET /swagger': 'nothing',
  'POST /github_callback': 'nothing',
  'POST /api/v1alpha/batch_callback': 'nothing',
  'GET /sign-in': 'nothing',
  'GET /sign-in/github': 'nothing',
  'GET /sign-in/github/callback': 'nothing',
  'POST /sign-out': 'nothing',
  'GET /assets/:digest/:name': 'nothing',
  'GET /': 'read_ci',
  'GET /metrics': 'read_ci',
  'GET /namespaces': 'read_ci',
  'GET /:owner/:repo/pull/:number': 'read_ci',
  'GET /prs': 'read_ci',
  'GET /me': 'read_ci',
  'GET /deploys': 'read_ci',
  'GET /dev_deploys': 'read_ci',
  'GET /flaky_tests': 'read_ci',
  'GET /events': 'read_ci',
  'GET /live/:branch': 'read_ci',
  'GET /watched_branches/:index/pr/:number': 'read_ci',
  [`GET ${WATCHED}`]: 'read_ci',
  ...ofBranch(
    'GET',
    ['/prs', '/prs/:number', '/prs/:number/timeline', '/prs/:number/jobs', '/queue', '/events'],
    'read_ci',
  ),
  'GET /api/v1alpha/authorized_shas': 'read_ci',
  'GET /api/v1alpha/developers': 'read_ci',
  'GET /api/v1alpha/developers/:user': 'read_ci',
  'GET /api/v1alpha/developers/:user/prs': 'read_ci',
  'GET /api/v1alpha/developers/:user/prs/open': 'read_ci',
  'GET /api/v1alpha/developers/:user/prs/reviewer': 'read_ci',
  'GET /api/v1alpha/developers/:user/prs/action_required': 'read_ci',
  'GET /api/v1alpha/teams': 'read_ci',
  'GET /batches': 'read_ci',
  'GET /batches/:id': 'read_ci',
  'GET /api/v1alpha/deploy_status': 'read_ci',
  'GET /api/v1alpha/retried_tests': 'read_ci',
  'GET /api/v1alpha/developers/:user/dev_deploys': 'read_ci',
  'GET /api/v1alpha/namespaces': 'read_ci',
  [`GET ${NAMESPACE}`]: 'read_ci',
  [`GET ${NAMESPACE}/services/:service`]: 'read_ci',
  'POST /api/v1alpha/authorize_sha': 'manage_ci',
  'POST /api/v1alpha/freeze': 'manage_ci',
  'POST /api/v1alpha/unfreeze': 'manage_ci',
  'POST /api/v1alpha/update': 'manage_ci',
  'POST /api/v1alpha/dev_deploy_branch': 'manage_ci',
  ...ofBranch('POST', ['/prs/:number/retry'], 'manage_ci'),
  [`PUT ${NAMESPACE}`]: 'manage_ci',
  [`DELETE ${NAMESPACE}`]: 'manage_ci',
  [`PUT ${NAMESPACE}/services/:service`]: 'manage_ci',
  [`PATCH ${NAMESPACE}/services/:service`]: 'manage_ci',
  [`DELETE ${NAMESPACE}/services/:service`]: 'manage_ci',
  'POST /update': 'manage_ci',
  'POST /freeze_merge_deploy': 'manage_ci',
  'POST /unfreeze_merge_deploy': 'manage_ci',
  'POST /authorize_source_sha': 'manage_ci',
  'POST /watched_branches/:index/pr/:number/retry': 'manage_ci',
  'POST /:owner/:repo/pull/:number/retry': 'manage_ci',
  'POST /:owner/:repo/pull/:number/authorize': 'manage_ci',
  'POST /:owner/:repo/pull/:number/update': 'manage_ci',
  'POST /namespaces/add': 'manage_ci',
  'POST /namespaces/:namespace/services/add': 'manage_ci',
  'POST /namespaces/:namespace/services/:service/edit': 'manage_ci',
  'POST /dev_deploys': 'manage_ci',
};

const PERMISSIONS = {
  read_ci: ['Rita', 'acme/readers', 'rita@example.org'],
  manage_ci: ['mona', 'acme/managers', 'mona@example.org'],
};

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

async function hashOf(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function settings(): Promise<object> {
  const tokens = [
    { name: 'reader', sha256: await hashOf('reader-token'), permissions: ['read_ci'] },
    { name: 'bot', sha256: await hashOf('bot-token'), permissions: ['manage_ci'] },
  ];
  return { tokens, permissions: PERMISSIONS };
}

const LONG_AGO = Date.now() - 12 * 60 * 60_000 - 1;
const past = Math.floor(Date.now() / 1000) - 1;

type Knows = 'nobody' | 'a bad proof' | 'somebody';
/** Who asks; whether we know them; up to which permission they may go. */
const ASKERS: readonly [
  string,
  () => Promise<Brought> | Brought,
  Knows,
  'nothing' | 'read_ci' | 'manage_ci',
][] = [
  ['nobody', () => ({}), 'nobody', 'nothing'],
  ['a token that may read', () => bearer('reader-token'), 'somebody', 'read_ci'],
  ['a token that may manage', () => bearer('bot-token'), 'somebody', 'manage_ci'],
  ['the manage token', () => bearer(testEnvironment.MANAGE_TOKEN), 'somebody', 'manage_ci'],
  ['a token that there is not', () => bearer('reader-tokem'), 'a bad proof', 'nothing'],
  ['an empty token', () => bearer(''), 'a bad proof', 'nothing'],
  ['the hash of a token', async () => bearer(await hashOf('bot-token')), 'a bad proof', 'nothing'],
  [
    'another scheme',
    () => ({ authorization: `Basic ${testEnvironment.MANAGE_TOKEN}` }),
    'a bad proof',
    'nothing',
  ],
  ['a session of a reader', () => session('rita'), 'somebody', 'read_ci'],
  ['a session of a manager', () => session('Mona'), 'somebody', 'manage_ci'],
  ['one of a reading team', () => session('x', { teams: ['acme/readers'] }), 'somebody', 'read_ci'],
  [
    'one of a managing team',
    () => session('x', { teams: ['acme/managers'] }),
    'somebody',
    'manage_ci',
  ],
  ['a stranger', () => session('mallory', { teams: ['acme/others'] }), 'somebody', 'nothing'],
  ['a session that is over', () => session('mona', { now: LONG_AGO }), 'nobody', 'nothing'],
  [
    'a session from before the secret was changed',
    () => session('mona', { secret: OLD_SECRET }),
    'somebody',
    'manage_ci',
  ],
  [
    'a session that somebody else signed',
    () => session('mona', { secret: 'forged-secret-0123456789-0123456789' }),
    'nobody',
    'nothing',
  ],
  [
    'a session that another host of the domain planted',
    () => session('mona', { secure: false }),
    'nobody',
    'nothing',
  ],
  ['Access: a reader', () => access('Rita@example.org'), 'somebody', 'read_ci'],
  ['Access: a manager', () => access('mona@example.org'), 'somebody', 'manage_ci'],
  ['Access: a stranger', () => access('mallory@example.org'), 'somebody', 'nothing'],
  ['Access: expired', () => access('mona@example.org', { exp: past }), 'a bad proof', 'nothing'],
  [
    'Access: without an end',
    () => access('mona@example.org', { exp: undefined }),
    'a bad proof',
    'nothing',
  ],
  [
    'Access: not valid yet',
    () => access('mona@example.org', { nbf: past + 600 }),
    'a bad proof',
    'nothing',
  ],
  [
    'Access: for another application',
    () => access('mona@example.org', { aud: ['b'.repeat(64)] }),
    'a bad proof',
    'nothing',
  ],
  [
    'Access: of another team',
    () => access('mona@example.org', { iss: ISSUER.replace('acme', 'evil') }),
    'a bad proof',
    'nothing',
  ],
  ['Access: signed by another', () => selfMade('mona@example.org'), 'a bad proof', 'nothing'],
  ['Access: not signed', () => unsigned('mona@example.org'), 'a bad proof', 'nothing'],
];
const RANK = { nothing: 0, read_ci: 1, manage_ci: 2 };

/** The guard's own answers, not those of a route. */
async function refusalOf(response: Response): Promise<number | null> {
  const text = await response.text();
  if (response.status === 401 && response.headers.has('www-authenticate')) return 401;
  return response.status === 403 && text.includes('does not have') ? 403 : null;
}

const pathOf = (route: string): string =>
  route.replace(/:(\w+)/g, (_, name: string) => (name === 'number' ? '1' : 'default'));

async function refusals(app: ReturnType<typeof appWith>, brought: Brought) {
  const found: Record<string, number | null> = {};
  for (const route of Object.keys(ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    const request = new Request(ORIGIN + pathOf(path), { method, headers: brought });
    found[route] = await refusalOf(await app.fetch(request));
  }
  return found;
}

describe('S10.3 every route', () => {
  it('says here what it needs', () => {
    const routes = appWith({}).routes.filter(({ method }) => method !== 'ALL');
    const there = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect([...there].sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(ASKERS)('to %s', async (_, bring, knows, rank) => {
    const app = appWith(await settings());
    const expected = Object.entries(ROUTES).map(([route, need]) => {
      const status = knows === 'somebody' ? 403 : 401;
      return [route, RANK[need] <= RANK[rank] ? null : status];
    });
    expect(await refusals(app, await bring())).toEqual(Object.fromEntries(expected));
  });

  it('where anybody may read', async () => {
    const app = appWith({ ...(await settings()), public_reading: true });
    for (const [brought, status] of [
      [{}, 401],
      [await session('mallory'), 403],
    ] as const) {
      const expected = Object.entries(ROUTES).map(([route, need]) => [
        route,
        need === 'manage_ci' ? status : null,
      ]);
      expect(await refusals(app, brought)).toEqual(Object.fromEntries(expected));
    }
  });

  it('that there is not is refused like one that there is', async () => {
    const app = appWith(await settings());
    for (const path of ['/nothing', '/api/v1alpha/nothing', '/sign-in/', '/assets/a/b/c'])
      expect((await app.request(ORIGIN + path)).status).toBe(401);
    const known = await app.request(`${ORIGIN}/nothing`, { headers: bearer('reader-token') });
    expect(known.status).toBe(404);
    const put = await app.request(`${ORIGIN}/healthcheck`, { method: 'PUT' });
    expect(put.status).toBe(401);
  });
});

describe('S10.3 whoever may not', () => {
  const browser = { accept: 'text/html,*/*' };

  it('is sent to sign in, and then back, where a browser asks for a page', async () => {
    const app = appWith(await settings());
    const page = await app.request(`${ORIGIN}/namespaces?q=a%26b`, { headers: browser });
    expect([page.status, page.headers.get('location')]).toEqual([
      302,
      '/sign-in?next=%2Fnamespaces%3Fq%3Da%2526b',
    ]);
    const api = await app.request(`${ORIGIN}/api/v1alpha/deploy_status`, { headers: browser });
    expect(api.status).toBe(401);
  });

  it('is told who could grant it, but not by whom who may not even read', async () => {
    const app = appWith(await settings());
    const told = async (login: string, path: string, method = 'GET') => {
      const headers = { ...(await session(login)), ...browser };
      return (await app.request(ORIGIN + path, { method, headers })).text();
    };
    expect(await told('rita', '/api/v1alpha/update', 'POST')).toBe(
      '403: rita does not have manage_ci. Whoever runs this service grants it in the settings; it has been given to mona, team acme/managers, mona@example.org, token bot.',
    );
    const page = await told('mallory', '/');
    expect(page).toContain('mallory does not have read_ci.');
    expect(page).toContain('action="/sign-out"');
    expect(page).not.toContain('mona');
  });

  it.each([
    ['mona', 'You may read here, and use every button.'],
    ['rita', 'You may only read here: more is given by whoever runs this service'],
    ['mallory', 'You may not read: more is given by whoever runs this service'],
  ])('is told at the sign-in what there is to do: %s', async (login, sentence) => {
    const app = appWith(await settings());
    const page = await app.request(`${ORIGIN}/sign-in`, { headers: await session(login) });
    expect(await page.text()).toContain(sentence);
  });

  it('loses what the settings no longer give at once', async () => {
    const headers = await session('mona');
    const app = appWith({ permissions: { read_ci: [], manage_ci: ['other'] } });
    expect((await app.request(`${ORIGIN}/`, { headers })).status).toBe(403);
  });

  it('is refused at once with a token that the settings no longer have', async () => {
    const headers = bearer('bot-token');
    const statusWith = async (given: object) =>
      (await appWith(given).request(`${ORIGIN}/namespaces`, { headers })).status;
    const given = await settings();
    expect(await statusWith(given)).toBe(200);
    expect(await statusWith({ ...given, tokens: [] })).toBe(401);
  });

  it('leaves nothing in a cache for who comes next', async () => {
    const app = appWith(await settings());
    for (const path of ['/namespaces', '/api/v1alpha/deploy_status', '/metrics', '/nothing']) {
      const answer = await app.request(ORIGIN + path, { headers: bearer('reader-token') });
      expect(answer.headers.get('cache-control')).toMatch(/^(no-store|private, no-cache)$/);
    }
  });
});

describe('S10.3 a command from a browser that proves by itself who asks', () => {
  const UPDATE = `${ORIGIN}/api/v1alpha/update`;
  const form = 'application/x-www-form-urlencoded';
  const cases: [string, (own: Brought) => Record<string, string>, string | undefined, number][] = [
    ['with its token in a header', (own) => own, undefined, 200],
    ['without its token', ({ cookie = '' }) => ({ cookie, origin: ORIGIN }), undefined, 403],
    [
      'with the token of somebody else',
      ({ cookie = '' }) => ({ cookie, origin: ORIGIN, 'x-csrf-token': `sha256=${'0'.repeat(64)}` }),
      undefined,
      403,
    ],
    [
      'from another site that got hold of the token',
      (own) => ({ ...own, origin: 'https://evil.test', 'content-type': form }),
      'a=b',
      403,
    ],
    [
      'from another site, without saying what it sends',
      ({ cookie = '' }) => ({ cookie, origin: 'https://evil.test' }),
      undefined,
      403,
    ],
    [
      'from another site that tries a simple request',
      (own) => ({ ...own, origin: 'null', 'content-type': 'text/plain' }),
      '{}',
      403,
    ],
    [
      'from another site that got hold of the token, as JSON',
      (own) => ({ ...own, origin: 'https://evil.test', 'content-type': 'application/json' }),
      '{}',
      403,
    ],
    [
      'with a wrong token in a form',
      ({ cookie = '' }) => ({ cookie, origin: ORIGIN, 'content-type': form }),
      '_csrf=x',
      403,
    ],
  ];

  it.each(cases)('%s', async (_, headersOf, body, status) => {
    const app = appWith(await settings());
    const own = await session('mona');
    const answer = await app.request(UPDATE, {
      method: 'POST',
      headers: headersOf(own),
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(status);
  });

  it.each<[string, Record<string, string>]>([
    ['by where it comes from', { origin: ORIGIN }],
    ['by what the browser says of it', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ])('with its token in a form, %s', async (_, place) => {
    const own = await session('mona');
    const answer = await appWith(await settings()).request(`${ORIGIN}/sign-out`, {
      method: 'POST',
      headers: { cookie: own['cookie'] ?? '', 'content-type': form, ...place },
      body: new URLSearchParams({ _csrf: own['x-csrf-token'] ?? '' }).toString(),
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(answer.headers.get('set-cookie')).toContain('__Host-sluice-session=; Max-Age=0');
  });

  it('that is larger than a megabyte is refused', async () => {
    const app = appWith(await settings());
    const answer = await app.request(UPDATE, {
      method: 'POST',
      headers: bearer('bot-token'),
      body: 'x'.repeat(1024 * 1024 + 1),
    });
    expect([answer.status, await answer.text()]).toEqual([413, '413: a request has at most 1 MiB']);
  });
});
