// GitHub Apps and where they are installed.

import { z } from 'zod';
import { permissionsSchema, selectionSchema } from './account.ts';
import { instant, login } from './common.ts';

export const appSchema = z.object({
  id: z.number(),
  slug: z.string(),
  name: z.string(),
  owner: login,
  clientId: z.string(),
  /** PEM; the private half is the App's own and is not kept here. */
  publicKey: z.string(),
  permissions: permissionsSchema,
  events: z.array(z.string()),
  /** null: the App hears nothing. */
  hook: z.object({ id: z.number(), url: z.string(), secret: z.string() }).nullable(),
  /** What people sign in by; null: nobody does. */
  signIn: z
    .object({ clientSecret: z.string(), callbackUrls: z.array(z.string()) })
    .nullable()
    .default(null),
  createdAt: instant,
});
export type App = z.infer<typeof appSchema>;

export const installationSchema = z.object({
  id: z.number(),
  app: z.number(),
  account: login,
  repositories: selectionSchema,
  createdAt: instant,
});
export type Installation = z.infer<typeof installationSchema>;
