// Where somebody who makes an App of a manifest sends a person: the person sees what it may do, gives it a name and agrees.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { type AppManifests, type Manifest, manifestSchema } from '../app-manifests.ts';
import { Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { actAs } from './act-as.ts';
import { type Html, layout } from './layout.ts';

const form = z.object({ manifest: z.string() });
const agreement = z.object({
  manifest: z.string(),
  name: z.string().min(1).max(34),
  as: z.string(),
});

export function manifestPages(world: World, manifests: AppManifests): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  for (const at of ['/settings/apps/new', '/organizations/:org/settings/apps/new'] as const) {
    app.post(at, async (c) => {
      const { manifest } = form.parse(await c.req.parseBody());
      const { pathname, search } = new URL(c.req.url);
      return c.html(agreePage(world, parsed(manifest), manifest, `${pathname}/agree${search}`));
    });
    app.post(`${at}/agree`, async (c) => {
      const { manifest: text, name, as } = agreement.parse(await c.req.parseBody());
      const manifest = parsed(text);
      const code = manifests.agree(manifest, name, c.req.param('org') ?? as);
      return c.redirect(withCode(manifest.redirect_url, code, stateOf(c)));
    });
  }
  return app;
}

function parsed(text: string): Manifest {
  const manifest = manifestSchema.safeParse(asJson(text));
  if (manifest.success) return manifest.data;
  throw new Refusal(422, `Invalid GitHub App configuration: ${z.prettifyError(manifest.error)}`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const stateOf = (c: ForgeContext): string | null => c.req.query('state') ?? null;

function withCode(address: string, code: string, state: string | null): string {
  const url = new URL(address);
  url.searchParams.set('code', code);
  if (state !== null) url.searchParams.set('state', state);
  return url.href;
}

/** @param action where the agreement goes, with the state in its query */
function agreePage(world: World, manifest: Manifest, text: string, action: string): Html {
  const permissions = Object.entries(manifest.default_permissions);
  const body = html`<h1>A new App</h1>
    <p>It will be told of ${manifest.default_events.join(', ') || 'nothing'}, and may:</p>
    <ul>${permissions.map(([name, level]) => html`<li>${level} ${name}</li>`)}</ul>
    <form method="post" action="${action}">
      <input type="hidden" name="manifest" value="${text}">
      <input type="text" name="name" value="${manifest.name ?? ''}" maxlength="34" required>
      ${actAs(world, null)} <button>Create the App</button>
    </form>`;
  return layout('New App', [], body);
}
