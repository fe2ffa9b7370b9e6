// The session of a person who signed in with GitHub: who they are, not what they may do, so that a change in the
// settings counts at once. Teams are as of the sign-in.
import { z } from 'zod';
import { type CookieSettings, type SignedCookie, signedCookie } from './signed-cookie.ts';

/** Whoever left a team keeps at most so long what it gave. */
const LASTS_MS = 12 * 60 * 60_000;

const Session = z.object({
  /** What the session's forms are bound to. */
  id: z.string().min(1),
  login: z.string().min(1),
  /** Of the teams that the settings named then, those that the person belonged to. */
  teams: z.array(z.string()),
});
export type Session = z.infer<typeof Session>;

export const sessionCookie = (settings: CookieSettings): SignedCookie<Session> =>
  signedCookie(settings, { name: 'sluice-session', schema: Session, lastsMs: LASTS_MS });
