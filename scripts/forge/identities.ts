// Turns what a request brings (a token, a JWT) into who is asking. It knows the tokens of people, gives
// out those of installations, and verifies the JWTs of Apps.

import { createVerify, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Accounts, User } from './accounts.ts';
import { covers, type Identity, reaches } from './grants.ts';
import type { Permissions, Selection, Token } from './model/account.ts';
import type { App, Installation } from './model/app.ts';
import { Refusal } from './refusal.ts';
import type { StateFile } from './state-file.ts';

/** All that a token of somebody who is given at the start may do. */
const ALL_SCOPES = ['repo', 'workflow', 'admin:repo_hook', 'read:org', 'delete_repo'];
const INSTALLATION_TOKEN_MS = 3_600_000;
const JWT_MAX_S = 600;
/** A clock may be wrong by so much. */
const SKEW_S = 60;

const headerSchema = z.object({ alg: z.string() });
const claimsSchema = z.object({
  iss: z.union([z.string(), z.number()]),
  iat: z.number(),
  exp: z.number(),
});

export interface WantedToken {
  readonly permissions?: Permissions | undefined;
  readonly repositories?: Selection | undefined;
}

export class Identities {
  readonly #file: StateFile;
  readonly #accounts: Accounts;
  readonly #nowMs: () => number;
  readonly #given = new Map<string, Token>();

  constructor(file: StateFile, accounts: Accounts, users: readonly User[], nowMs: () => number) {
    this.#file = file;
    this.#accounts = accounts;
    this.#nowMs = nowMs;
    for (const { token, login } of users) {
      this.#given.set(token, { kind: 'classic', login, scopes: ALL_SCOPES });
    }
  }

  /** Throws a 401 Refusal for what is neither a good token nor a good JWT. */
  identify(secret: string): Identity {
    const token = this.#find(secret);
    const known = token === undefined ? this.#byJwt(secret) : this.#byToken(token);
    if (known === null) throw new Refusal(401, 'Bad credentials');
    return known;
  }

  /** For git, which knows no JWTs; null when it is not a good token. */
  byToken(secret: string): Identity | null {
    const token = this.#find(secret);
    return token === undefined ? null : this.#byToken(token);
  }

  #find(secret: string): Token | undefined {
    const { tokens } = this.#file.state;
    return this.#given.get(secret) ?? (Object.hasOwn(tokens, secret) ? tokens[secret] : undefined);
  }

  addToken(secret: string, token: Token): void {
    this.#file.state.tokens[secret] = token;
    this.#file.changed();
  }

  dropToken(secret: string): void {
    delete this.#file.state.tokens[secret];
    this.#file.changed();
  }

  /** Throws a 422 Refusal when more is wanted than the installation has. */
  mint(app: App, installation: Installation, wanted: WantedToken): MintedToken {
    const permissions = wanted.permissions ?? app.permissions;
    for (const [name, level] of Object.entries(permissions)) {
      if (name !== 'metadata' && !reaches(app.permissions[name], level)) {
        throw new Refusal(422, 'The permissions requested are not granted to this installation.');
      }
    }
    const repositories = wanted.repositories ?? installation.repositories;
    const now = this.#nowMs();
    const token: Extract<Token, { kind: 'installation' }> = {
      kind: 'installation',
      installation: installation.id,
      permissions: { metadata: 'read', ...permissions },
      repositories,
      createdAt: now,
      expiresAt: now + INSTALLATION_TOKEN_MS,
    };
    const secret = this.#secret(app);
    this.addToken(secret, token);
    return { secret, token };
  }

  #secret({ id }: App): string {
    const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
    return this.#file.state.limits.installation_tokens === 'opaque'
      ? `ghs_${randomBytes(18).toString('hex')}`
      : `ghs_${id}_${random(27)}.${random(230)}.${random(128)}`;
  }

  #byToken(token: Token): Identity | null {
    if (token.kind !== 'installation') {
      const { login, ...rest } = token;
      return { ...rest, account: this.#accounts.account(login, 'User') };
    }
    const { installations, apps, limits } = this.#file.state;
    const installation = installations.find(({ id }) => id === token.installation);
    const app = apps.find(({ id }) => id === installation?.app);
    const now = this.#nowMs();
    const isYoung = now < token.createdAt + limits.young_token_seconds * 1000;
    if (installation === undefined || app === undefined || isYoung || now >= token.expiresAt) {
      return null;
    }
    const { permissions, repositories, expiresAt } = token;
    const account = this.#botOf(app);
    return {
      kind: 'installation',
      account,
      app,
      installation,
      permissions,
      repositories,
      expiresAt,
    };
  }

  #botOf = (app: App) => this.#accounts.account(`${app.slug}[bot]`, 'Bot');

  /** null when it is no JWT at all. Throws a 401 Refusal with GitHub's reason when it is a bad one. */
  #byJwt(secret: string): Identity | null {
    const [header = '', payload = '', signature, ...more] = secret.split('.');
    if (signature === undefined || more.length > 0) return null;
    const undecodable = new Refusal(401, 'A JSON web token could not be decoded');
    const { alg } = readPart(headerSchema, header, undecodable);
    const { iss, iat, exp } = readPart(claimsSchema, payload, undecodable);
    const app = this.#file.state.apps.find(
      ({ id, clientId }) => String(iss) === String(id) || iss === clientId,
    );
    if (alg !== 'RS256' || app === undefined) throw undecodable;
    const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    if (!verify.verify(app.publicKey, signature, 'base64url')) throw undecodable;
    const now = this.#nowMs() / 1000;
    if (iat > now + SKEW_S) {
      throw new Refusal(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    }
    if (exp <= now) {
      throw new Refusal(
        401,
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      );
    }
    if (exp > now + JWT_MAX_S + SKEW_S || exp - iat > JWT_MAX_S + SKEW_S) {
      throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
    }
    return { kind: 'app', account: this.#botOf(app), app };
  }
}

export interface MintedToken {
  readonly secret: string;
  readonly token: Extract<Token, { kind: 'installation' }>;
}

function readPart<T extends z.ZodType>(schema: T, part: string, wrong: Refusal): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    // Whatever is wrong with it, GitHub says the same.
    throw wrong;
  }
}

/** The names among these that an installation has. Throws a 422 Refusal for any other. */
export function chosenOf(
  installation: Installation,
  records: readonly Parameters<typeof covers>[1][],
): string[] {
  return records.map((record) => {
    const isHere = record.owner.toLowerCase() === installation.account.toLowerCase();
    if (isHere && covers(installation.repositories, record))
      return `${record.owner}/${record.name}`;
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  });
}
