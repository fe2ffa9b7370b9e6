// How a page is answered: with what every part of it may need to know.
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../middleware/app-env.ts';
import { Page } from '../views/page-context.ts';
import { takeFlash } from './flash.ts';

export function show(
  c: Context<AppEnv>,
  page: Child,
  status: 200 | 400 | 403 | 404 = 200,
): Response | Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const about = {
    viewer: c.get('viewer'),
    now: Date.now(),
    path: `${pathname}${search}`,
    flash: takeFlash(c),
  };
  // It says what there is now, to who asks now.
  c.header('cache-control', 'no-store');
  const whole = <Page.Provider value={about}>{page}</Page.Provider>;
  return c.html(html`<!doctype html>${whole}`, status);
}
