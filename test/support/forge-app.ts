// A GitHub App on the test forge: made and installed, with its JWTs, its tokens, and a listener for what it
// is told. Asserts nothing.

import { createSign } from 'node:crypto';
import { type Answer, askRest, type TestForge } from './forge.ts';
import { type Heard, HookListener } from './hook-listener.ts';

const SECRET = "the App's secret";

export const PERMISSIONS = {
  checks: 'write',
  contents: 'write',
  pull_requests: 'write',
  statuses: 'write',
  members: 'read',
} as const;
const EVENTS = ['check_run', 'check_suite', 'pull_request', 'push', 'status'];

interface Claims {
  readonly iss?: string | number;
  readonly iat?: number;
  readonly exp?: number;
}

interface AppOptions {
  readonly slug?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly events?: readonly string[];
}

export class TestApp {
  readonly id: number;
  readonly clientId: string;
  readonly slug: string;
  /** PKCS#1, as GitHub hands it out. */
  readonly pem: string;
  readonly installation: number;
  readonly #forge: TestForge;
  readonly #listener: HookListener;
  #token: { readonly secret: string; readonly until: number } | null = null;

  private constructor(forge: TestForge, listener: HookListener, made: Answer['json']) {
    this.#forge = forge;
    this.#listener = listener;
    this.id = made.id;
    this.clientId = made.client_id;
    this.slug = made.slug;
    this.pem = made.pem;
    this.installation = made.installation;
  }

  /** Installed on all that acme has. */
  static async start(forge: TestForge, options: AppOptions = {}): Promise<TestApp> {
    const { slug = 'gate', permissions = PERMISSIONS, events = EVENTS } = options;
    const listener = await HookListener.start(SECRET, forge.problems);
    const hook = { url: listener.url, secret: SECRET };
    const wanted = { slug, owner: 'acme', permissions, events, hook };
    const made = await forge.control('POST', '/apps', wanted);
    const { id } = await forge.control('POST', `/apps/${slug}/installations`, { owner: 'acme' });
    return new TestApp(forge, listener, { ...made, installation: id });
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  /** @param claims instead of those that are right. */
  jwt(claims: Claims = {}, algorithm = 'RS256'): string {
    const now = this.#forge.now();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const right = { iss: this.id, iat: now - 60, exp: now + 540 };
    const text = `${part({ alg: algorithm, typ: 'JWT' })}.${part({ ...right, ...claims })}`;
    const signature = createSign('RSA-SHA256').update(text).sign(this.pem, 'base64url');
    return `${text}.${signature}`;
  }

  asApp(method: string, path: string, body?: unknown, claims?: Claims): Promise<Answer> {
    return askRest(this.#forge.forge.url, `Bearer ${this.jwt(claims)}`, method, path, body);
  }

  /** A new token. @param wanted fewer permissions or repositories */
  async mint(wanted: object = {}): Promise<string> {
    const path = `//app/installations/${this.installation}/access_tokens`;
    const { status, json } = await this.asApp('POST', path, wanted);
    if (status !== 201) throw new Error(JSON.stringify(json));
    return json.token;
  }

  /** A REST call with a token of the installation. */
  async rest(method: string, path: string, body?: unknown): Promise<Answer> {
    const isOver = this.#token === null || this.#token.until <= this.#forge.now();
    const token = isOver
      ? { secret: await this.mint(), until: this.#forge.now() + 3500 }
      : this.#token;
    this.#token = token;
    return askRest(this.#forge.forge.url, `token ${token?.secret}`, method, path, body);
  }

  async graphql(query: string, variables: object = {}): Promise<Answer['json']> {
    return (await this.rest('POST', '//graphql', { query, variables })).json;
  }

  /** A check run. @returns its id */
  async check(sha: string, name: string, fields: object = {}): Promise<number> {
    const { status, json } = await this.rest('POST', '/check-runs', {
      name,
      head_sha: sha,
      ...fields,
    });
    if (status !== 201) throw new Error(JSON.stringify(json));
    return json.id;
  }

  get heard(): Heard[] {
    return this.#listener.heard;
  }

  events(): string[] {
    return this.#listener.events();
  }
}
