// S6.2, S6.7 Sluice as a GitHub App: the tokens of its installation, and what is said when GitHub gives none.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { KeptTokens } from '../../src/clients/credentials.ts';
import {
  type InstallationOptions,
  installationTokens,
} from '../../src/clients/github/installation-tokens.ts';
import { TestApp } from '../support/forge-app.ts';
import { Hands, unwrap } from './hands.ts';

let hands: Hands;
let app: TestApp;
beforeAll(async () => {
  hands = await Hands.start();
  app = await TestApp.start(hands.forge);
});
afterAll(async () => {
  await app.close();
  await hands.close();
});

/** How many tokens were asked for. */
let minted = 0;
let asked = 0;
beforeEach(() => {
  minted = 0;
  asked = 0;
});
const counting: typeof fetch = async (input, init) => {
  asked += 1;
  if (String(input).endsWith('/access_tokens')) minted += 1;
  return globalThis.fetch(input, init);
};

const tokens = (change: Partial<InstallationOptions> = {}) =>
  installationTokens({
    apiUrl: hands.forge.forge.url,
    app: { id: app.id, key: app.pem },
    owner: 'acme',
    repo: 'widget',
    fetch: counting,
    now: () => hands.forge.now() * 1_000,
    ...change,
  });
const client = (change: Partial<InstallationOptions> = {}) =>
  hands.client({ credentials: tokens(change) });
const faultOf = async (change: Partial<InstallationOptions>) => {
  const answer = await tokens(change).token();
  return answer.ok ? null : answer.error;
};

describe('S6.7 the tokens of an App', () => {
  test('do what ours must do, with keys in both forms', async () => {
    const pkcs8 = createPrivateKey(app.pem).export({ type: 'pkcs8', format: 'pem' }).toString();
    const pull = await hands.open('as-app');
    for (const key of [app.pem, pkcs8])
      expect(unwrap(await client({ app: { id: app.id, key } }).readPulls([pull.number]))).toEqual({
        head: await hands.main(),
        pulls: [expect.objectContaining({ kind: 'open' })],
      });
  });

  test('are asked for once, whoever asks at the same time, and kept for half of their hour', async () => {
    const kept: KeptTokens = new Map();
    const github = client({ kept });
    await Promise.all([github.readPulls([]), github.readRules(), github.readPage(null)]);
    unwrap(await client({ kept }).readPulls([]));
    expect(minted).toBe(1);
    await hands.forge.advance(29 * 60);
    unwrap(await github.readPulls([]));
    expect(minted).toBe(1);
    await hands.forge.advance(2 * 60);
    unwrap(await github.readPulls([]));
    expect(minted).toBe(2);
  });

  test('are renewed once when GitHub knows one no more', async () => {
    const kept: KeptTokens = new Map();
    const credentials = tokens({ kept });
    const github = hands.client({ credentials });
    unwrap(await github.readPulls([]));
    const given = unwrap(await credentials.token());
    await hands.forge.restWith(given, 'DELETE', '//installation/token');
    await hands.forge.advance(60);
    await Promise.all([github.readPulls([]), github.readPulls([])]).then((all) => all.map(unwrap));
    expect(minted).toBe(2);
  });

  test('that are not known yet are not renewed, and good a little later', async () => {
    await hands.forge.control('PATCH', '/limits', { young_token_seconds: 3 });
    onTestFinished(async () => {
      await hands.forge.control('PATCH', '/limits', { young_token_seconds: 0 });
    });
    const github = client();
    const tooEarly = { ok: false, error: { kind: 'refused', status: 401 } };
    expect(await github.readPulls([])).toMatchObject(tooEarly);
    expect(await github.readPulls([])).toMatchObject(tooEarly);
    await hands.forge.advance(4);
    unwrap(await github.readPulls([]));
    expect(minted).toBe(1);
  });
});

describe('S1.2 what is to be mended is said', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const otherKey = other.export({ type: 'pkcs1', format: 'pem' }).toString();
  test.each<[string, () => Partial<InstallationOptions>, RegExp]>([
    [
      'the key of another App',
      () => ({ app: { id: app.id, key: otherKey } }),
      /^GitHub does not know GITHUB_APP_KEY for a key of GitHub App \d+: .* GitHub: A JSON web token could not be decoded \(401\)$/,
    ],
    [
      'a text that is no key',
      () => ({ app: { id: app.id, key: '-----BEGIN PRIVATE KEY-----AAAA-----END' } }),
      /^GITHUB_APP_KEY is no private RSA key in PEM: put in the key of GitHub App \d+/,
    ],
    [
      'an App that is not installed',
      () => ({ owner: 'eve' }),
      /^GitHub App \d+ is not installed on eve\/widget: install it there.* GitHub: Not Found \(404\)$/,
    ],
  ])('%s', async (_, change, sentence) => {
    expect(await faultOf(change())).toEqual({
      kind: 'misconfigured',
      message: expect.stringMatching(sentence),
    });
  });

  test.each([
    [403, { message: 'This installation has been suspended' }, 'misconfigured'],
    [403, { message: 'API rate limit exceeded' }, 'rate_limited'],
    [503, { message: 'Unavailable' }, 'unknown'],
    [200, { id: 'none' }, 'unreadable'],
  ])('an answer %i %j is a fault', async (status, body, kind) => {
    const answer = async () => Response.json(body, { status });
    expect(await faultOf({ fetch: answer })).toMatchObject({ kind });
  });

  test('what failed is asked for again with the next call', async () => {
    let isDown = true;
    const fetch: typeof globalThis.fetch = async (input, init) =>
      isDown ? Promise.reject(new Error('no way')) : counting(input, init);
    const credentials = tokens({ fetch });
    expect(await credentials.token()).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    isDown = false;
    unwrap(await credentials.token());
    expect(asked).toBe(2);
  });
});
