// The web flow of OAuth as GitHub documents it: which apps there are, the codes that people's consent is given for, and
// the tokens that codes are exchanged for. The page on which somebody consents is in pages/authorize.ts.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Account, Permissions, Token } from './model/account.ts';
import type { World } from './world.ts';

/** An OAuth App, or the part of a GitHub App that people sign in with. */
export interface OAuthApp {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A redirect must lead to this address, or below it. */
  readonly callbackUrl: string;
  /** Of a GitHub App: its tokens may do what it may, whatever scopes are asked for. */
  readonly permissions?: Permissions;
}

/** What the app asked for when it sent somebody here. */
export interface Wish {
  readonly app: OAuthApp;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
  /** Of PKCE, by S256; null: the app does without. */
  readonly challenge: string | null;
}

interface Code extends Wish {
  readonly login: string;
  readonly expiresAt: number;
}

/** As GitHub names what is wrong, with its sentence. */
export class OAuthError extends Error {
  readonly code: string;
  constructor(code: keyof typeof SENTENCES) {
    super(SENTENCES[code]);
    this.code = code;
  }
}

const SENTENCES = {
  redirect_uri_mismatch:
    'The redirect_uri MUST match the registered callback URL for this application.',
  access_denied: 'The user has denied your application access.',
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  bad_verification_code: 'The code passed is incorrect or expired.',
} as const;

const CODE_LASTS_MS = 10 * 60_000;

export interface Exchange {
  readonly client_id: string;
  readonly client_secret: string;
  readonly code: string;
  readonly redirect_uri?: string | undefined;
  readonly code_verifier?: string | undefined;
}

export class OAuth {
  readonly #world: World;
  readonly #apps: readonly OAuthApp[];
  readonly #nowMs: () => number;
  readonly #codes = new Map<string, Code>();

  constructor(world: World, apps: readonly OAuthApp[], nowMs: () => number) {
    this.#world = world;
    this.#apps = apps;
    this.#nowMs = nowMs;
  }

  find(clientId: string): OAuthApp | undefined {
    const given = this.#apps.find((app) => app.clientId === clientId);
    if (given !== undefined) return given;
    const app = this.#world.state.apps.find((one) => one.clientId === clientId);
    const [callbackUrl] = app?.signIn?.callbackUrls ?? [];
    if (!app?.signIn || callbackUrl === undefined) return undefined;
    const { name, permissions } = app;
    return { name, clientId, clientSecret: app.signIn.clientSecret, callbackUrl, permissions };
  }

  /** Somebody consents. @returns the code that the app is sent */
  consent(wish: Wish, { login }: Account): string {
    const code = randomBytes(10).toString('hex');
    this.#codes.set(code, { ...wish, login, expiresAt: this.#nowMs() + CODE_LASTS_MS });
    return code;
  }

  /** A code is good once. @throws OAuthError */
  exchange(wanted: Exchange): { access_token: string; scope: string; token_type: 'bearer' } {
    const app = this.find(wanted.client_id);
    if (app === undefined || !same(app.clientSecret, wanted.client_secret))
      throw new OAuthError('incorrect_client_credentials');
    const code = this.#codes.get(wanted.code);
    this.#codes.delete(wanted.code);
    if (code === undefined || code.app.clientId !== app.clientId || code.expiresAt <= this.#nowMs())
      throw new OAuthError('bad_verification_code');
    if (wanted.redirect_uri !== undefined && !leadsTo(app, wanted.redirect_uri))
      throw new OAuthError('redirect_uri_mismatch');
    if (code.challenge !== null && challengeOf(wanted.code_verifier ?? '') !== code.challenge)
      throw new OAuthError('bad_verification_code');
    const random = randomBytes(18).toString('hex');
    const token = app.permissions === undefined ? `gho_${random}` : `ghu_${random}`;
    this.#world.identities.addToken(token, tokenOf(app, code));
    const scope = app.permissions === undefined ? code.scopes.join(',') : '';
    return { access_token: token, scope, token_type: 'bearer' };
  }
}

const tokenOf = ({ permissions }: OAuthApp, { login, scopes }: Code): Token =>
  permissions === undefined
    ? { kind: 'classic', login, scopes: [...scopes] }
    : { kind: 'fine_grained', login, permissions, repositories: 'all' };

const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Host and port as registered, and the path below the registered one; on the loopback interface any port. */
export function leadsTo({ callbackUrl }: OAuthApp, redirectUri: string): boolean {
  const [wanted, registered] = [URL.parse(redirectUri), new URL(callbackUrl)];
  if (wanted === null || wanted.protocol !== registered.protocol) return false;
  const isLoopback = registered.hostname === '127.0.0.1';
  const isHost = isLoopback
    ? wanted.hostname === registered.hostname
    : wanted.host === registered.host;
  const below = registered.pathname.replace(/\/$/, '');
  return isHost && (wanted.pathname === below || wanted.pathname.startsWith(`${below}/`));
}
