// The forge's web flow of OAuth, as GitHub documents it.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OAUTH_APP, TestForge } from '../support/forge.ts';

let forge: TestForge;
beforeAll(async () => {
  forge = await TestForge.start();
  await forge.control('PUT', '/teams/acme/ops', { members: ['alice'] });
});
afterAll(() => forge.close());

const { clientId, clientSecret, callbackUrl } = OAUTH_APP;

const authorize = (query: Record<string, string>, as?: string) =>
  fetch(
    `${forge.forge.url}/login/oauth/authorize?${new URLSearchParams({ client_id: clientId, ...query })}`,
    { method: 'POST', redirect: 'manual', body: new URLSearchParams(as ? { as } : {}) },
  );
const sentTo = (response: Response): URL => new URL(response.headers.get('location') ?? '');
const codeFor = async (as: string, query: Record<string, string> = {}): Promise<string> =>
  sentTo(await authorize(query, as)).searchParams.get('code') ?? '';

async function exchange(fields: Record<string, string>) {
  const response = await fetch(`${forge.forge.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }),
  });
  return [response.status, await response.json()] as const;
}

test('somebody consents, and the app learns who it is, and of which teams', async () => {
  const page = await fetch(
    `${forge.forge.url}/login/oauth/authorize?client_id=${clientId}&scope=read:org`,
  );
  expect(await page.text()).toContain('value="alice"');
  const back = sentTo(await authorize({ scope: 'read:org', state: 's' }, 'alice'));
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([callbackUrl, 's']);
  const [status, told] = await exchange({ code: back.searchParams.get('code') ?? '' });
  expect([status, told]).toEqual([
    200,
    { access_token: expect.stringMatching(/^gho_/), scope: 'read:org', token_type: 'bearer' },
  ]);
  const user = await forge.restWith(told.access_token, 'GET', '//user');
  const teams = await forge.restWith(told.access_token, 'GET', '//user/teams');
  expect(user.json.login).toBe('alice');
  expect(teams.json).toMatchObject([{ slug: 'ops', organization: { login: 'acme' } }]);
});

test('the answer is a form unless JSON is asked for', async () => {
  const response = await fetch(`${forge.forge.url}/login/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ client_id: clientId, client_secret: clientSecret, code: await codeFor('bob') },
    }),
  });
  expect(await response.text()).toMatch(/^access_token=gho_\w+&scope=&token_type=bearer$/);
});

test('a token without the scope does not see the teams', async () => {
  const [, told] = await exchange({ code: await codeFor('alice') });
  expect((await forge.restWith(told.access_token, 'GET', '//user/teams')).status).toBe(404);
});

test('an address that is not registered is told to the one that is', async () => {
  for (const redirect_uri of [
    'https://evil.test/sign-in/github/callback',
    'https://gate.test/elsewhere',
    `${callbackUrl}-not`,
    'http://gate.test/sign-in/github/callback',
  ]) {
    const { origin, searchParams } = sentTo(await authorize({ redirect_uri, state: 's' }, 'bob'));
    expect([origin, searchParams.get('error'), searchParams.get('state')]).toEqual([
      'https://gate.test',
      'redirect_uri_mismatch',
      's',
    ]);
  }
  const below = await authorize({ redirect_uri: `${callbackUrl}/more` }, 'bob');
  expect(sentTo(below).pathname).toBe('/sign-in/github/callback/more');
  expect((await authorize({ client_id: 'nobody' }, 'bob')).status).toBe(404);
});

test('a code is good once, for ten minutes, with the secret and the verifier', async () => {
  const refused = (code: string) => [200, expect.objectContaining({ error: code })];
  const stale = refused('bad_verification_code');
  expect(await exchange({ code: await codeFor('bob'), client_secret: 'x' })).toEqual(
    refused('incorrect_client_credentials'),
  );
  expect(await exchange({ code: 'x' })).toEqual(stale);
  const code = await codeFor('bob');
  await exchange({ code });
  expect(await exchange({ code })).toEqual(stale);
  const verifier = 'v'.repeat(43);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  expect(await exchange({ code: await codeFor('bob', pkce) })).toEqual(stale);
  expect(await exchange({ code: await codeFor('bob', pkce), code_verifier: verifier })).toEqual([
    200,
    expect.objectContaining({ token_type: 'bearer' }),
  ]);
  const old = await codeFor('bob');
  await forge.control('POST', '/clock', { advanceSeconds: 600 });
  expect(await exchange({ code: old })).toEqual(stale);
});
