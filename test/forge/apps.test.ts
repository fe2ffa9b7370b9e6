// Apps: who they are by their JWT, what the tokens of their installations may do, and for how long.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { TestForge } from '../support/forge.ts';
import { TestApp } from '../support/forge-app.ts';

let forge: TestForge;
let app: TestApp;
beforeAll(async () => {
  forge = await TestForge.start();
  app = await TestApp.start(forge);
});
afterAll(async () => {
  await app.close();
  await forge.close();
});

const now = () => Math.floor(Date.now() / 1000);
const told = ({ status, json }: { status: number; json: { message?: string } }) => [
  status,
  json.message,
];

describe('S6.7 the JWT of an App', () => {
  test('tells who it is, by number or client id', async () => {
    const byId = await app.asApp('GET', '//app');
    expect(byId.json).toMatchObject({ id: app.id, slug: 'gate', installations_count: 1 });
    expect((await app.asApp('GET', '//app', undefined, { iss: app.clientId })).status).toBe(200);
  });

  test.each([
    ['made too long ago', { iat: now() - 1300, exp: now() - 700 }, /'exp'\) must be a numeric/],
    ['made in the future', { iat: now() + 300 }, /'iat'\) must be an Integer/],
    ['good for too long', { exp: now() + 3600 }, /'exp'\) is too far in the future/],
    ['of nobody', { iss: 1 }, /could not be decoded/],
  ])('%s is refused', async (_what, claims, message) => {
    const { status, json } = await app.asApp('GET', '//app', undefined, claims);
    expect([status, json.message]).toEqual([401, expect.stringMatching(message)]);
  });

  test('that is signed by another key, or not by RS256, is refused', async () => {
    const other = await TestApp.start(forge, { slug: 'other' });
    onTestFinished(() => other.close());
    const jwts = [other.jwt({ iss: app.id }), app.jwt({}, 'HS256'), `${app.jwt()}x`];
    for (const jwt of jwts) {
      const answer = await forge.restWith(jwt, 'GET', '//app');
      expect(told(answer)).toEqual([401, 'A JSON web token could not be decoded']);
    }
  });

  test('finds its installation, and does nothing else', async () => {
    expect((await app.asApp('GET', '/installation')).json.id).toBe(app.installation);
    const all = (await app.asApp('GET', '//app/installations')).json;
    expect(all).toMatchObject([{ id: app.installation, account: { login: 'acme' } }]);
    const one = await app.asApp('GET', `//app/installations/${app.installation}`);
    expect(one.json.repository_selection).toBe('all');
    expect(told(await app.asApp('GET', '/pulls'))).toEqual([
      403,
      'Resource not accessible by integration',
    ]);
    expect((await forge.rest('alice', 'GET', '//app')).status).toBe(401);
    await forge.control('POST', '/repositories', { owner: 'bob', name: 'own' });
    expect((await app.asApp('GET', '//repos/bob/own/installation')).status).toBe(404);
  });
});

describe('S6.7 the token of an installation', () => {
  test('acts as the bot, on what was installed', async () => {
    const { json } = await app.rest('POST', '/git/refs', {
      ref: 'refs/heads/by-app',
      sha: await forge.ref('refs/heads/main'),
    });
    expect(json.ref).toBe('refs/heads/by-app');
    await forge.control('POST', '/repositories', { owner: 'acme', name: 'gadget' });
    const repositories = (await app.rest('GET', '//installation/repositories')).json;
    expect(repositories).toMatchObject({ total_count: 2, repository_selection: 'all' });
    expect(told(await app.rest('GET', '//user'))[0]).toBe(403);
    const elsewhere = { ref: 'refs/heads/x', sha: await forge.ref('refs/heads/main') };
    const foreign = await app.rest('POST', '//repos/bob/own/git/refs', elsewhere);
    expect(told(foreign)).toEqual([403, 'Resource not accessible by integration']);
    const viewer = await app.graphql('{ viewer { login } }');
    expect(viewer.data.viewer.login).toBe('gate');
  });

  test('may be for fewer repositories and permissions, never for more', async () => {
    await forge.control('POST', '/repositories', { owner: 'acme', name: 'narrow' });
    const token = await app.mint({ repositories: ['narrow'], permissions: { contents: 'read' } });
    const there = await forge.restWith(token, 'GET', '//repos/acme/narrow/branches');
    expect(there.status).toBe(200);
    expect((await forge.restWith(token, 'GET', '/branches')).status).toBe(403);
    const more = { permissions: { administration: 'write' } };
    await expect(app.mint(more)).rejects.toThrow(/not granted to this installation/);
    await expect(app.mint({ repositories: ['none'] })).rejects.toThrow(/does not exist/);
  });

  test('says which permission is missing', async () => {
    const token = await app.mint({ permissions: { contents: 'read', metadata: 'read' } });
    const sha = await forge.ref('refs/heads/main');
    const status = await forge.restWith(token, 'POST', `/statuses/${sha}`, { state: 'success' });
    expect(told(status)).toEqual([403, 'Resource not accessible by integration']);
    expect(status.headers.get('x-accepted-github-permissions')).toBe('statuses=write');
    const { id } = (await forge.graphql('alice', '{ repository(owner:"acme",name:"widget"){id} }'))
      .data.repository;
    const move = `mutation { updateRefs(input: { repositoryId: "${id}", refUpdates: [
      { name: "refs/heads/x", afterOid: "${sha}" }] }) { clientMutationId } }`;
    const answer = await forge.restWith(token, 'POST', '//graphql', { query: move });
    expect(answer.json.errors).toMatchObject([{ type: 'FORBIDDEN', path: ['updateRefs'] }]);
  });

  test('is not told by GraphQL what protects a branch without a permission that few have', async () => {
    const query = `{ repository(owner: "acme", name: "widget") { ref(qualifiedName: "main") {
      name branchProtectionRule { id } } } }`;
    expect(await app.graphql(query)).toEqual({
      data: { repository: { ref: { name: 'main', branchProtectionRule: null } } },
      errors: [
        {
          ...{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' },
          path: ['repository', 'ref', 'branchProtectionRule'],
          locations: expect.anything(),
        },
      ],
    });
    const warden = await TestApp.start(forge, {
      ...{ slug: 'warden', permissions: { contents: 'read', administration: 'read' } },
    });
    onTestFinished(() => warden.close());
    expect(await warden.graphql(query)).not.toHaveProperty('errors');
  });

  test('is unknown at first, ends after an hour, and can be given back', async () => {
    await forge.control('PATCH', '/limits', { young_token_seconds: 3 });
    const young = await app.mint();
    const read = (token: string) => forge.restWith(token, 'GET', '/branches');
    expect(told(await read(young))).toEqual([401, 'Bad credentials']);
    await forge.advance(4);
    expect((await read(young)).status).toBe(200);
    await forge.control('PATCH', '/limits', { young_token_seconds: 0 });
    const given = await app.mint();
    expect((await forge.restWith(given, 'DELETE', '//installation/token')).status).toBe(204);
    expect((await read(given)).status).toBe(401);
    await forge.advance(3600);
    expect(told(await read(young))).toEqual([401, 'Bad credentials']);
  });

  test('may be a long one', async () => {
    await forge.control('PATCH', '/limits', { installation_tokens: 'stateless' });
    const token = await app.mint();
    expect(token.length).toBeGreaterThan(500);
    expect(token).toMatch(/^ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await forge.restWith(token, 'GET', '/branches')).status).toBe(200);
    await forge.control('PATCH', '/limits', { installation_tokens: 'opaque' });
  });

  test('pushes over git', async () => {
    const token = await app.mint();
    const work = await forge.clone('alice');
    const url = new URL(forge.forge.gitUrl('acme/widget'));
    url.username = 'x-access-token';
    url.password = token;
    await work.git('push', '-q', url.href, 'origin/main:refs/heads/pushed-by-app');
    expect(await forge.ref('refs/heads/pushed-by-app')).not.toBe(null);
  });
});

describe('S6.7 installing', () => {
  test('is told to the App, and so is taking it away', async () => {
    const other = await TestApp.start(forge, { slug: 'guest', permissions: {} });
    onTestFinished(() => other.close());
    await forge.forge.idle();
    await forge.control('DELETE', `/apps/guest/installations/${other.installation}`);
    await forge.forge.idle();
    expect(other.events()).toEqual(['installation.created', 'installation.deleted']);
    expect(other.heard.every(({ signed }) => signed)).toBe(true);
    expect(other.heard[0]?.body).toMatchObject({ installation: { app_slug: 'guest' } });
  });
});

describe('S6.7 tokens of people', () => {
  const token = async (wanted: object) => (await forge.control('POST', '/tokens', wanted)).token;

  test('a classic one tells its scopes and is blind without them', async () => {
    const bare = await token({ kind: 'classic', login: 'alice' });
    expect((await forge.restWith(bare, 'GET', '//user')).headers.get('x-oauth-scopes')).toBe('');
    const sha = await forge.ref('refs/heads/main');
    const refused = await forge.restWith(bare, 'POST', `/statuses/${sha}`, { state: 'success' });
    expect(told(refused)).toEqual([404, 'Not Found']);
    expect(refused.headers.get('x-accepted-oauth-scopes')).toBe('repo, public_repo');
    const { headers } = await forge.rest('alice', 'GET', '//user');
    expect(headers.get('x-oauth-scopes')).toMatch(/^repo, workflow/);
  });

  test('a private repository is not there for strangers', async () => {
    await forge.rest('root', 'PATCH', '', { private: true });
    onTestFinished(() => void forge.rest('root', 'PATCH', '', { private: false }));
    for (const who of [null, 'eve'] as const) {
      expect((await forge.rest(who, 'GET', '/branches')).status).toBe(404);
    }
    const query = '{ repository(owner: "acme", name: "widget") { id } }';
    expect((await forge.graphql('eve', query)).errors).toMatchObject([{ type: 'NOT_FOUND' }]);
    expect((await forge.rest('bob', 'GET', '/branches')).status).toBe(200);
    const scope = await token({ kind: 'classic', login: 'bob', scopes: ['public_repo'] });
    expect((await forge.restWith(scope, 'GET', '/branches')).status).toBe(404);
    await expect(forge.clone('alice')).resolves.toBeDefined();
    await forge.rest('root', 'PATCH', '', { private: false });
  });

  test('a fine-grained one does what it is for', async () => {
    const permissions = { contents: 'read', pull_requests: 'write' };
    const narrow = await token({ kind: 'fine_grained', login: 'alice', permissions });
    expect((await forge.restWith(narrow, 'GET', '/contents/hello.txt')).status).toBe(200);
    const refused = await forge.restWith(narrow, 'PUT', '/contents/x', {
      message: 'x',
      content: '',
    });
    expect(told(refused)).toEqual([403, 'Resource not accessible by personal access token']);
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('contents=write');
  });
});
