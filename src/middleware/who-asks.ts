// Who asks, by what a request brings: a bearer token, the word of Cloudflare Access, a session, or nothing.
import { sign } from '@octokit/webhooks-methods';
import type { Context } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { sha256 } from 'hono/utils/crypto';
import type { Doors } from '../core/doors.ts';
import { anonymous, type Person, permissionsOf, withImplied } from '../core/grants.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { DoorTools } from '../core/sign-in.ts';
import { permissions, type Viewer } from '../core/viewer.ts';
import { ACCESS_HEADER, accessEmail } from './access-email.ts';
import { type Session, sessionCookie } from './session.ts';

export interface Asker {
  readonly viewer: Viewer;
  /** What the token of a form is made over; null where the browser sends nothing by itself that proves who asks. */
  readonly form: string | null;
}

/** @returns a sentence when something was brought that proves nothing */
export type WhoAsks = (c: Context) => Promise<Result<Asker, string>>;

const BEARER = /^Bearer +(\S+) *$/i;

export function createWhoAsks(doors: Doors, tools: DoorTools): WhoAsks {
  const secrets = doors.sessionSecrets;
  const sessions = sessionCookie({ secrets, secure: doors.secureCookies, now: tools.now });
  const nobody: Asker = { viewer: anonymous(doors), form: null };

  const inSession = ({ id, login, teams }: Session): Promise<Asker> =>
    asPerson({ login, teams, email: null }, login, `form of session ${id}`);

  return async (c) => {
    const authorization = c.req.header('authorization');
    if (authorization !== undefined) {
      const viewer = await byToken(BEARER.exec(authorization)?.[1] ?? '', doors);
      return viewer
        ? ok({ viewer, form: null })
        : err('expected Authorization: Bearer with a token of this service');
    }
    const jwt = c.req.header(ACCESS_HEADER);
    if (doors.access && tools.accessKeys && jwt !== undefined) {
      const email = await accessEmail(jwt, doors.access, tools.accessKeys);
      if (!email.ok) return email;
      const person = { login: null, teams: [], email: email.value };
      return ok(await asPerson(person, email.value, `form of Access ${email.value}`));
    }
    const session = secrets.length > 0 ? await sessions.read(c) : null;
    return ok(session ? await inSession(session) : nobody);
  };

  async function asPerson(person: Person, name: string, form: string): Promise<Asker> {
    const csrf = await sign(secrets[0] ?? '', form);
    const { login } = person;
    return { viewer: { login, name, permissions: permissionsOf(person, doors), csrf }, form };
  }
}

/** Looks at every token, so that the time it takes tells nothing. */
async function byToken(secret: string, doors: Doors): Promise<Viewer | null> {
  const hash = (await sha256(secret)) ?? '';
  const viewerOf = (name: string, own: Viewer['permissions']): Viewer => ({
    ...{ login: null, name, csrf: null },
    permissions: withImplied(own, doors),
  });
  let found: Viewer | null = null;
  for (const token of doors.tokens)
    if (await timingSafeEqual(hash, token.sha256))
      found = viewerOf(`token ${token.name}`, token.permissions);
  if (doors.manageToken !== null && (await timingSafeEqual(secret, doors.manageToken)))
    found = viewerOf('the manage token', permissions);
  return found;
}
