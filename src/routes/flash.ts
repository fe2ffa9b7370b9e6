// What came of a form, for the page that it leads back to: in a cookie that is read once.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Flash } from '../views/page-context.ts';

const COOKIE = 'sluice_flash';
const KEPT_SECONDS = 60;
/** Of a sentence; a cookie has its limits. */
const TEXT_MAX = 600;

const Left = z.object({ tone: z.enum(['good', 'bad']), text: z.string().max(TEXT_MAX) });

/** Answers a form: back to a page of ours, which says what came of it. */
export function backTo(c: Context<AppEnv>, path: string, { tone, text }: Flash): Response {
  setCookie(c, COOKIE, JSON.stringify({ tone, text: text.slice(0, TEXT_MAX) }), {
    httpOnly: true,
    sameSite: 'Lax',
    secure: new URL(c.req.url).protocol === 'https:',
    path: '/',
    maxAge: KEPT_SECONDS,
  });
  return c.redirect(path, 303);
}

export function takeFlash(c: Context<AppEnv>): Flash | null {
  const text = getCookie(c, COOKIE);
  if (text === undefined) return null;
  deleteCookie(c, COOKIE, { path: '/' });
  try {
    return Left.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Whoever wrote it, it was not us.
    return null;
  }
}
