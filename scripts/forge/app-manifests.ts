// Apps that are made of a manifest: somebody sends a person here with what the App is to be, the person agrees, and a code
// that is good once and for an hour is exchanged for the App's secrets.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createApp } from './apps.ts';
import { permissionsSchema } from './model/account.ts';
import type { App } from './model/app.ts';
import { notFound } from './refusal.ts';
import type { World } from './world.ts';

const GOOD_FOR_MS = 3_600_000;

/** GitHub refuses a manifest with anything else in it. */
export const manifestSchema = z.strictObject({
  name: z.string().min(1).max(34).optional(),
  url: z.url(),
  hook_attributes: z.strictObject({ url: z.url(), active: z.boolean().default(true) }).optional(),
  redirect_url: z.url(),
  callback_urls: z.array(z.url()).max(10).default([]),
  setup_url: z.url().optional(),
  description: z.string().optional(),
  public: z.boolean().default(false),
  default_events: z.array(z.string()).default([]),
  default_permissions: permissionsSchema.default({}),
  request_oauth_on_install: z.boolean().default(false),
  setup_on_update: z.boolean().default(false),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What the App is told once. */
export interface Conversion {
  readonly app: App;
  readonly pem: string;
  readonly clientSecret: string;
}

export class AppManifests {
  readonly #world: World;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Conversion & { readonly until: number }>();

  constructor(world: World, now: () => number) {
    this.#world = world;
    this.#now = now;
  }

  /** A person agrees. @returns the code */
  agree(manifest: Manifest, name: string, owner: string): string {
    const clientSecret = randomBytes(20).toString('hex');
    const { app, privateKey } = createApp(this.#world, {
      slug: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      owner,
      permissions: manifest.default_permissions,
      events: manifest.default_events,
      hook:
        manifest.hook_attributes?.active === true
          ? { url: manifest.hook_attributes.url, secret: randomBytes(20).toString('hex') }
          : undefined,
      signIn: { clientSecret, callbackUrls: manifest.callback_urls },
    });
    const code = randomBytes(20).toString('hex');
    const until = this.#now() + GOOD_FOR_MS;
    this.#waiting.set(code, { app, pem: privateKey ?? '', clientSecret, until });
    return code;
  }

  /** Throws a 404 Refusal for a code that is not known, was exchanged, or is too old. */
  convert(code: string): Conversion {
    const found = this.#waiting.get(code);
    this.#waiting.delete(code);
    if (found === undefined || found.until < this.#now()) throw notFound();
    return found;
  }
}
