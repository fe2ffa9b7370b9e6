// The one guard of the whole service: nothing is reached without a permission that is not in the table of open routes.
// Reading needs read_ci, everything else manage_ci; where a browser proves by itself who asks, a command must also
// come from one of our own pages.
import type { Context, MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import type { Doors } from '../core/doors.ts';
import { anonymous, lacks } from '../core/grants.ts';
import type { DoorTools } from '../core/sign-in.ts';
import { isNobody, may } from '../core/viewer.ts';
import { show } from '../routes/show.tsx';
import { RefusedPage } from '../views/sign-in-page.tsx';
import type { AppEnv } from './app-env.ts';
import { isSigned } from './is-signed.ts';
import { isSafe, openRoute } from './open-routes.ts';
import { createWhoAsks } from './who-asks.ts';

const sameOrigin = csrf();
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

export function guard(doors: Doors, tools: DoorTools): MiddlewareHandler<AppEnv> {
  const whoAsks = createWhoAsks(doors, tools);
  return async (c, next) => {
    const isOpen = openRoute(c.req.method, c.req.path) !== undefined;
    const asker = await whoAsks(c);
    if (!asker.ok && !isOpen) return unknown(c, asker.error);
    const { viewer, form } = asker.ok ? asker.value : { viewer: anonymous(doors), form: null };
    c.set('viewer', viewer);
    if (form !== null && !isSafe(c.req.method) && !(await isOwnForm(c, form, doors)))
      return c.text('403: this did not come from a page of this service; load it again', 403);
    const permission = isSafe(c.req.method) ? 'read_ci' : 'manage_ci';
    if (isOpen || may(viewer, permission)) return next();
    if (!isNobody(viewer)) {
      const sentence = lacks(viewer, permission, doors);
      if (wantsPage(c)) return show(c, <RefusedPage sentence={sentence} />, 403);
      return c.text(`403: ${sentence}`, 403);
    }
    if (wantsPage(c) && doors.github) {
      const { pathname, search } = new URL(c.req.url);
      return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 302);
    }
    return unknown(c, `this needs ${permission}; ${waysIn(doors)}`);
  };
}

function unknown(c: Context, sentence: string): Response {
  c.header('www-authenticate', 'Bearer realm="Sluice"');
  return c.text(`401: ${sentence}`, 401);
}

const waysIn = ({ github, access }: Doors): string =>
  [
    'send Authorization: Bearer with a token',
    ...(github ? ['sign in at /sign-in'] : []),
    ...(access ? ['come by Cloudflare Access'] : []),
  ].join(', or ');

const wantsPage = (c: Context): boolean =>
  isSafe(c.req.method) &&
  !c.req.path.startsWith('/api/') &&
  (c.req.header('accept') ?? '').includes('text/html');

/** Of what is no form, the check of the library says nothing. */
function isForeign(c: Context): boolean {
  const origin = c.req.header('origin');
  if (c.req.header('sec-fetch-site') === 'same-origin') return false;
  return origin !== undefined && origin !== new URL(c.req.url).origin;
}

/** By what the browser says of where it comes from, and by the token that our pages put into their forms. */
async function isOwnForm(c: Context, form: string, { sessionSecrets }: Doors): Promise<boolean> {
  const [secret, ...older] = sessionSecrets;
  if (secret === undefined || isForeign(c)) return false;
  const isFromHere = await sameOrigin(c, async () => undefined).then(
    () => true,
    () => false,
  );
  if (!isFromHere) return false;
  const isForm = FORM.test(c.req.header('content-type') ?? '');
  const sent = isForm ? (await c.req.parseBody())['_csrf'] : c.req.header('x-csrf-token');
  return typeof sent === 'string' && isSigned(form, sent, [secret, ...older]);
}
