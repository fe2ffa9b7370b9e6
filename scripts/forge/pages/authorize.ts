// Where an app sends people to sign in: they say who they are with one click, since there are no passwords here, and
// consent. And the address at which the app then exchanges its code for a token.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { leadsTo, type OAuth, OAuthError, type Wish } from '../oauth.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { type Html, layout } from './layout.ts';

const query = z.object({
  client_id: z.string(),
  redirect_uri: z.string().optional(),
  scope: z.string().default(''),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal('S256').optional(),
});
/** What a person said: a login, or nothing to refuse. */
const answer = z.object({ as: z.string().optional() });
const exchange = z.object({
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
  code: z.string().default(''),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});

export function authorize(world: World, oauth: OAuth): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/login/oauth/authorize', (c) => {
    const wish = wishOf(oauth, c.req.query());
    if ('error' in wish) return c.redirect(refusalUrl(wish.at, wish.error, wish.state));
    return c.html(consentPage(world, wish));
  });
  app.post('/login/oauth/authorize', async (c) => {
    const wish = wishOf(oauth, c.req.query());
    if ('error' in wish) return c.redirect(refusalUrl(wish.at, wish.error, wish.state));
    const { as } = answer.parse(await c.req.parseBody());
    if (as === undefined) {
      return c.redirect(refusalUrl(wish.redirectUri, new OAuthError('access_denied'), wish.state));
    }
    const person = world.findUser(as);
    if (person === undefined) throw new Refusal(422, `There is no user ${as}`);
    const code = oauth.consent(wish, person);
    return c.redirect(withQuery(wish.redirectUri, { code, state: wish.state }));
  });
  app.post('/login/oauth/access_token', async (c) => {
    const isJson = (c.req.header('content-type') ?? '').includes('json');
    const wanted = exchange.parse(isJson ? await c.req.json() : await c.req.parseBody());
    // What is wrong is told with 200, too.
    const told = exchangeOrError(oauth, wanted);
    if ((c.req.header('accept') ?? '').includes('json')) return c.json(told);
    return c.body(new URLSearchParams(told).toString(), 200, {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    });
  });
  return app;
}

function exchangeOrError(oauth: OAuth, wanted: z.output<typeof exchange>): Record<string, string> {
  try {
    return oauth.exchange(wanted);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { error: error.code, error_description: error.message, error_uri: helpFor(error) };
  }
}

/** Throws a 404 Refusal for an app that there is none of, as GitHub does; everything else the app is told. */
function wishOf(
  oauth: OAuth,
  given: Record<string, string>,
): Wish | { readonly error: OAuthError; readonly at: string; readonly state: string | null } {
  const parsed = query.safeParse(given);
  const app = parsed.success ? oauth.find(parsed.data.client_id) : undefined;
  if (!parsed.success || app === undefined) throw notFound();
  const {
    redirect_uri = app.callbackUrl,
    scope,
    state = null,
    code_challenge = null,
  } = parsed.data;
  if (!leadsTo(app, redirect_uri))
    return { error: new OAuthError('redirect_uri_mismatch'), at: app.callbackUrl, state };
  const scopes = scope.split(/[ ,]+/).filter((one) => one !== '');
  return { app, redirectUri: redirect_uri, scopes, state, challenge: code_challenge };
}

function consentPage(world: World, { app, scopes }: Wish): Html {
  const wants = scopes.length === 0 ? 'who you are' : `who you are, and ${scopes.join(', ')}`;
  const people = world.users.map(
    ({ login, name }) =>
      html`<form method="post"><button name="as" value="${login}">${login}</button> ${name ?? ''}</form>`,
  );
  return layout(
    'Authorize',
    [],
    html`<h1>${app.name} would like to know ${wants}</h1>
    <p>Whom do you want to sign in as?</p>
    ${people}
    <form method="post"><button>Cancel</button></form>`,
  );
}

const helpFor = ({ code }: OAuthError): string =>
  `https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#${code.replaceAll('_', '-')}`;

const refusalUrl = (at: string, error: OAuthError, state: string | null): string =>
  withQuery(at, {
    error: error.code,
    error_description: error.message,
    error_uri: helpFor(error),
    state,
  });

function withQuery(address: string, values: Record<string, string | null>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values))
    if (value !== null) url.searchParams.set(name, value);
  return url.href;
}
