// Who there is: people, organizations, the bots that Apps act as; teams; tokens and what they may do.

import { z } from 'zod';
import { login } from './common.ts';

export const accountSchema = z.object({
  id: z.number(),
  login,
  name: z.string().nullable(),
  kind: z.enum(['User', 'Organization', 'Bot']),
  /** Of the whole site: may do everything everywhere. */
  admin: z.boolean(),
});
export type Account = z.infer<typeof accountSchema>;

export const teamSchema = z.object({
  id: z.number(),
  org: login,
  slug: z.string(),
  name: z.string(),
  members: z.array(login),
});
export type Team = z.infer<typeof teamSchema>;

const levelSchema = z.enum(['read', 'write', 'admin']);
export type Level = z.infer<typeof levelSchema>;
/** By GitHub's names: contents, checks, statuses, pull_requests … */
export const permissionsSchema = z.record(z.string(), levelSchema);
export type Permissions = z.infer<typeof permissionsSchema>;

/** Which repositories: all that the owner has, or these full names. */
export const selectionSchema = z.union([z.literal('all'), z.array(z.string())]);
export type Selection = z.infer<typeof selectionSchema>;

export const tokenSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('classic'), login, scopes: z.array(z.string()) }),
  z.object({
    kind: z.literal('fine_grained'),
    login,
    permissions: permissionsSchema,
    repositories: selectionSchema,
  }),
  z.object({
    kind: z.literal('installation'),
    installation: z.number(),
    permissions: permissionsSchema,
    repositories: selectionSchema,
    /** Milliseconds since 1970. */
    createdAt: z.number(),
    expiresAt: z.number(),
  }),
]);
export type Token = z.infer<typeof tokenSchema>;
