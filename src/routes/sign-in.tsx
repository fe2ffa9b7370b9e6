// Signing in with GitHub, by the web flow of OAuth with PKCE: there, back, and out again. The state is bound to the
// browser by a signed cookie that is good once and for ten minutes.
import { type Context, Hono } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { encodeBase64Url } from 'hono/utils/encode';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { ownPath } from '../core/own-path.ts';
import type { DoorTools } from '../core/sign-in.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { sessionCookie } from '../middleware/session.ts';
import { signedCookie } from '../middleware/signed-cookie.ts';
import { SignInPage } from '../views/sign-in-page.tsx';
import { show } from './show.tsx';

const LASTS_MS = 10 * 60_000;
const Pending = z.object({ state: z.string(), verifier: z.string(), next: z.string() });

export function signInRoutes({ document, doors }: Config, tools: DoorTools): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const { github, now, newSecret } = tools;
  const settings = { secrets: doors.sessionSecrets, secure: doors.secureCookies, now };
  const sessions = sessionCookie(settings);
  const pending = signedCookie(settings, {
    ...{ name: 'sluice-sign-in', schema: Pending, lastsMs: LASTS_MS },
  });
  const page = (c: Context<AppEnv>, problem: string | null, next: string) => {
    const githubHref = github && `/sign-in/github?next=${encodeURIComponent(next)}`;
    return show(c, <SignInPage {...{ problem, githubHref }} />, problem === null ? 200 : 403);
  };

  app.get('/sign-in', (c) => page(c, null, ownPath(c.req.query('next'))));

  app.get('/sign-in/github', async (c) => {
    if (!github) return page(c, null, '/');
    // The cookie must be of the host that GitHub sends people back to.
    const { origin, pathname, search } = new URL(c.req.url);
    const home = new URL(document.public_url).origin;
    if (origin !== home) return c.redirect(home + pathname + search);
    const [state, verifier] = [newSecret(), newSecret()];
    await pending.write(c, { state, verifier, next: ownPath(c.req.query('next')) });
    return c.redirect(github.authorizeUrl(state, await challengeOf(verifier)));
  });

  app.get('/sign-in/github/callback', async (c) => {
    const begun = await pending.read(c);
    pending.drop(c);
    const { state = '', code, error } = c.req.query();
    if (!github || !begun || !(await timingSafeEqual(state, begun.state)))
      return page(
        c,
        'This sign-in was not begun in this browser, or over ten minutes ago. Try again.',
        '/',
      );
    if (code === undefined)
      return page(c, `GitHub did not let you in: ${error ?? 'it gave no code'}.`, begun.next);
    const person = await github.personOf(code, begun.verifier);
    if (!person.ok) return page(c, person.error, begun.next);
    const { login, teams } = person.value;
    if (login === null) return page(c, 'GitHub did not say who you are.', begun.next);
    // A new session each time: nobody can have known it before.
    await sessions.write(c, { id: newSecret(), login, teams: [...teams] });
    return c.redirect(begun.next, 303);
  });

  app.post('/sign-out', (c) => {
    sessions.drop(c);
    return c.redirect('/sign-in', 303);
  });
  return app;
}

async function challengeOf(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return encodeBase64Url(hash).replace(/=+$/, '');
}
