// A Worker that has no settings yet serves this and nothing else: pages on which whoever has the SETUP_TOKEN makes a GitHub
// App by its manifest and is handed the settings and secrets to deploy with. It keeps nothing: what was asked for goes
// to GitHub and back in a signed state.
import { type Context, Hono } from 'hono';
import { sign, verify } from 'hono/jwt';
import { timingSafeEqual } from 'hono/utils/buffer';
import { z } from 'zod';
import { type NewApp, SetupWish } from '../../schemas/setup.ts';
import { mistakesByField } from '../core/mistakes.ts';
import { err, ok, type Result } from '../core/result.ts';
import { filesOf, manifestOf, newAppUrl } from '../core/setup.ts';
import type { RateLimiter } from '../core/sign-in.ts';
import { limitEvery } from '../middleware/rate-limit.ts';
import { readBody } from '../middleware/read-body.ts';
import { AgreePage, AskPage, ClosedPage, FilesPage, SorryPage } from '../views/setup-pages.tsx';
import { setupStyles } from '../views/setup-styles.ts';

/** GitHub's code is good for so long. */
const GOOD_FOR_MS = 3_600_000;
const BODY_MAX_BYTES = 20_000;

export interface SetupTools {
  /** null: none was given, and nobody may set anything up. */
  readonly token: string | null;
  readonly convert: (apiUrl: string, code: string) => Promise<Result<NewApp, string>>;
  readonly limiter: RateLimiter | null;
  readonly now: () => number;
  /** Unguessable, another one at each call. */
  readonly newSecret: () => string;
}

export function setupApp(tools: SetupTools): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('content-security-policy')) c.header(...policy("'self'"));
  });
  app.use(limitEvery(tools.limiter));
  app.get('/healthcheck', (c) => c.text('503: Sluice is not set up yet; open /setup', 503));
  app.get('/', (c) => c.redirect('/setup'));
  app.get('/setup/style.css', (c) => c.body(setupStyles, 200, { 'content-type': 'text/css' }));
  app.get('/setup', (c) =>
    c.html(tools.token === null ? <ClosedPage /> : <AskPage typed={null} mistakes={new Map()} />),
  );
  app.post('/setup', (c) => agree(c, tools));
  app.get('/setup/created', (c) => created(c, tools));
  app.notFound((c) => c.text('503: Sluice is not set up yet; open /setup', 503));
  return app;
}

/** @param formAction where a form of the page may go */
const policy = (formAction: string): [string, string] => [
  'content-security-policy',
  `default-src 'none'; style-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
];

async function agree(c: Context, { token, now }: SetupTools): Promise<Response> {
  const body = await readBody(c.req.raw, BODY_MAX_BYTES);
  if (body === null) return c.text('413: a form has at most 20 kB', 413);
  const { token: given = '', ...fields } = Object.fromEntries(new URLSearchParams(body));
  if (token === null) return c.html(<ClosedPage />, 401);
  const isKnown = await timingSafeEqual(given, token);
  const wish = wishIn(fields);
  if (!isKnown || !wish.success) {
    const mistakes = new Map([
      ...(isKnown ? [] : ([['token', ['that is not the SETUP_TOKEN']]] as const)),
      ...(wish.success ? [] : mistakesByField(wish.error)),
    ]);
    return c.html(<AskPage typed={fields} mistakes={mistakes} />, isKnown ? 400 : 401);
  }
  const state = await sign({ fields, until: now() + GOOD_FOR_MS }, token, 'HS256');
  c.header(...policy(new URL(wish.data.github_url).origin));
  const manifest = JSON.stringify(manifestOf(wish.data, originOf(c)));
  return c.html(<AgreePage action={newAppUrl(wish.data, state)} manifest={manifest} />);
}

async function created(c: Context, tools: SetupTools): Promise<Response> {
  const wish = await wishOf(c.req.query('state') ?? '', tools);
  if (!wish.ok) return c.html(<SorryPage why={wish.error} />, 400);
  const app = await tools.convert(wish.value.github_api_url, c.req.query('code') ?? '');
  if (!app.ok)
    return c.html(<SorryPage why={`GitHub did not tell of the App: ${app.error}.`} />, 502);
  const files = filesOf(wish.value, app.value, originOf(c), tools.newSecret);
  return c.html(<FilesPage app={app.value} files={files} />);
}

/** A field that is left empty was not filled in. */
function wishIn(fields: Readonly<Record<string, string>>) {
  const filled = Object.entries(fields).filter(([, text]) => text.trim() !== '');
  return SetupWish.safeParse(Object.fromEntries(filled));
}

const State = z.object({ fields: z.record(z.string(), z.string()), until: z.number() });

/** Nobody without the token can have made it, and it is not too old. */
async function wishOf(
  state: string,
  { token, now }: SetupTools,
): Promise<Result<SetupWish, string>> {
  const otherwise = err('This did not come from the form, or more than an hour ago.');
  if (token === null) return otherwise;
  const payload = await verify(state, token, 'HS256').catch(() => null);
  const told = State.safeParse(payload);
  if (!told.success || told.data.until < now()) return otherwise;
  const wish = wishIn(told.data.fields);
  return wish.success ? ok(wish.data) : otherwise;
}

const originOf = (c: Context): string => new URL(c.req.url).origin;
