// The whole app with settings of a test's own, and everything that a request can bring to say who asks: tokens, sessions,
// and what Cloudflare Access signs. No branch answers: these tests are about who gets that far.
import { sign } from '@octokit/webhooks-methods';
import { Hono } from 'hono';
import { Jwt } from 'hono/utils/jwt';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/core/config.ts';
import type { AccessKey, DoorTools } from '../../src/core/sign-in.ts';
import { sessionCookie } from '../../src/middleware/session.ts';
import type { Branches } from '../../src/routes/branches.ts';
import { testEnvironment } from '../support/environment.ts';
import { ORIGIN } from './sluice.ts';

export const SESSION_SECRET = 'session-secret-0123456789-0123456789';
export const OLD_SECRET = 'older-session-secret-0123456789-01234';
export const ISSUER = 'https://acme.cloudflareaccess.com';
export const AUDIENCE = 'a'.repeat(64);

/** @param settings instead of those of the other tests */
export function configWith(settings: object) {
  const parsed = parseConfig({
    ...testEnvironment,
    SESSION_SECRET,
    SESSION_SECRET_OLD: OLD_SECRET,
    GITHUB_CLIENT_SECRET: 'client-secret',
    SLUICE_CONFIG: {
      ...JSON.parse(testEnvironment.SLUICE_CONFIG),
      public_reading: false,
      access: { team_domain: 'acme.cloudflareaccess.com', audience: AUDIENCE },
      ...settings,
      github: { ...JSON.parse(testEnvironment.SLUICE_CONFIG).github, client_id: 'Iv1.test' },
    },
  });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

export function appWith(settings: object, tools: Partial<DoorTools> = {}) {
  const config = configWith(settings);
  const branches: Branches = {
    configs: config.branches,
    all: () => [],
    find: () => null,
    ofRepo: () => [],
    near: () => null,
  };
  const deploys = {
    newest: async () => ({ ok: true, value: [] }) as const,
    start: async () =>
      ({ ok: false, error: { kind: 'mistake', message: 'no such branch' } }) as const,
  };
  const doorTools: DoorTools = {
    ...{
      github: null,
      limiter: null,
      readers: null,
      now: Date.now,
      newSecret: () => crypto.randomUUID(),
    },
    accessKeys: { read: async () => ({ ok: true, value: [(await accessPair()).publicKey] }) },
    ...tools,
  };
  return createApp(config, branches, deploys, doorTools, null);
}

export type Brought = Readonly<Record<string, string>>;

/** What a browser sends from a page of ours that this person has open. */
export async function session(
  login: string,
  { teams = [] as string[], secret = SESSION_SECRET, now = Date.now(), secure = true } = {},
): Promise<Brought> {
  const app = new Hono().get('/', async (c) => {
    const cookie = sessionCookie({ secrets: [secret], secure, now: () => now });
    await cookie.write(c, { id: `of ${login}`, login, teams });
    return c.body(null);
  });
  const cookie = (await app.request('/')).headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, ...(await ownPage(`form of session of ${login}`)) };
}

const ownPage = async (form: string): Promise<Brought> => ({
  origin: ORIGIN,
  'x-csrf-token': await sign(SESSION_SECRET, form),
});

const newPair = async (): Promise<{ publicKey: AccessKey; privateKey: JsonWebKey }> => {
  const algorithm = {
    ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new Error('expected a pair of keys');
  const jwk = async (key: CryptoKey) => {
    const exported = await crypto.subtle.exportKey('jwk', key);
    if (exported instanceof ArrayBuffer) throw new Error('expected a JWK');
    return { ...exported, kid: 'k1', alg: 'RS256' };
  };
  return { publicKey: await jwk(pair.publicKey), privateKey: await jwk(pair.privateKey) };
};
let kept: ReturnType<typeof newPair> | undefined;
export function accessPair(): ReturnType<typeof newPair> {
  kept ??= newPair();
  return kept;
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** What Access adds to a request of somebody whom it knows by this address. */
export async function access(
  email: string,
  claims: object = {},
  key?: JsonWebKey,
): Promise<Brought> {
  const { privateKey } = await accessPair();
  const times = { iat: seconds() - 10, nbf: seconds() - 10, exp: seconds() + 600 };
  const payload = { iss: ISSUER, aud: [AUDIENCE], email, ...times, ...claims };
  const jwt = await Jwt.sign(payload, (key ?? privateKey) as never, 'RS256');
  return {
    'cf-access-jwt-assertion': jwt,
    ...(await ownPage(`form of Access ${email.toLowerCase()}`)),
  };
}

/** Made by somebody who has none of Access's keys. */
export const selfMade = async (email: string): Promise<Brought> =>
  access(email, {}, (await newPair()).privateKey);

export function unsigned(email: string): Brought {
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '');
  const claims = { iss: ISSUER, aud: [AUDIENCE], email, exp: seconds() + 600 };
  return {
    'cf-access-jwt-assertion': `${part({ alg: 'none', typ: 'JWT', kid: 'k1' })}.${part(claims)}.`,
  };
}

export const bearer = (token: string): Brought => ({ authorization: `Bearer ${token}` });
