// A GitHub App at the forge for Sluice to come as: made and installed once, and kept with the forge's own state. Its webhook
// is pointed at this run.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { webhookSchemas } from '../../schemas/github-webhook.ts';
import { appTokens } from '../../src/clients/github/app-tokens.ts';
import type { GithubApp } from '../../src/core/config.ts';

const SLUG = 'sluice';
const PERMISSIONS = {
  checks: 'write',
  contents: 'write',
  pull_requests: 'write',
  statuses: 'read',
  workflows: 'write',
};

interface Place {
  readonly home: string;
  readonly forgeUrl: string;
  /** Whose repositories it is installed on. */
  readonly owner: string;
  readonly hook: { readonly url: string; readonly secret: string };
}

const Kept = z.object({ id: z.number(), key: z.string() });
const Made = z.object({ id: z.number(), pem: z.string() });

export async function forgeApp(place: Place): Promise<GithubApp> {
  const file = join(place.home, 'state', 'forge-app.json');
  if (existsSync(file)) {
    const kept = Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    await pointHook(place, kept);
    return kept;
  }
  const { owner, hook } = place;
  const events = Object.keys(webhookSchemas);
  const wanted = { slug: SLUG, owner, permissions: PERMISSIONS, events, hook };
  const { id, pem } = Made.parse(await ask(place, 'POST', '/_forge/apps', wanted));
  await ask(place, 'POST', `/_forge/apps/${SLUG}/installations`, { owner });
  writeFileSync(file, JSON.stringify({ id, key: pem }), { mode: 0o600 });
  return { id, key: pem };
}

async function pointHook(place: Place, app: GithubApp): Promise<void> {
  const jwt = await appTokens(app, Date.now).token();
  if (!jwt.ok) throw new Error(jwt.error.message);
  await ask(place, 'PATCH', '/app/hook/config', place.hook, jwt.value);
}

async function ask(
  { forgeUrl }: Place,
  method: string,
  path: string,
  body: object,
  token?: string,
): Promise<unknown> {
  const response = await fetch(`${forgeUrl}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The forge refused ${method} ${path}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
