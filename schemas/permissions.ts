// Who may do what, as written in the settings: bearer tokens of machines, and the people who have a permission.
import { z } from 'zod';

const PermissionName = z.enum(['read_ci', 'manage_ci'], 'expected "read_ci" or "manage_ci"');

export const Token = z.strictObject({
  /** As it is written into the event log. */
  name: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'expected at most 50 letters, digits, dots, dashes and underscores'),
  /** Of the token itself, which is nowhere but with its owner. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, as `npm run token` prints them'),
  permissions: z.array(PermissionName).min(1, 'expected at least one permission'),
});
export type Token = z.infer<typeof Token>;

const LOGIN = /^[a-z\d](?:[a-z\d]|[-_](?=[a-z\d])){0,38}(\[bot\])?$/;
const TEAM = /^[a-z\d][a-z\d-]*\/[\w.-]+$/;
const EMAIL = /^[^\s@/]+@[^\s@/]+$/;

/** Of a person, as GitHub makes them. */
export const Login = z
  .string()
  .refine((text) => LOGIN.test(text.toLowerCase()), 'expected a login of GitHub, such as "alice"');

/** A login or a team of GitHub, or an address that Cloudflare Access vouches for; none of them minds case. */
export const Grantee = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(
    (text) => LOGIN.test(text) || TEAM.test(text) || EMAIL.test(text),
    'expected a login of GitHub, a team such as "acme/maintainers", or an e-mail address',
  );

export const isTeam = (grantee: string): boolean => grantee.includes('/');
export const isEmail = (grantee: string): boolean => grantee.includes('@');

export const Permissions = z.strictObject({
  read_ci: z.array(Grantee).default([]),
  /** Whoever may manage may also read. */
  manage_ci: z.array(Grantee).default([]),
});
export type Permissions = z.infer<typeof Permissions>;

/** Of the Access application that stands before this service. */
export const CloudflareAccess = z.strictObject({
  team_domain: z
    .string()
    .regex(
      /^[a-z0-9-]+\.cloudflareaccess\.com$/,
      'expected a domain such as acme.cloudflareaccess.com',
    ),
  /** The application's tag: "AUD". */
  audience: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected the 64 digits of the application’s AUD tag'),
});

/** Secrets that only some deployments need. */
export const DoorSecrets = z.object({
  MANAGE_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
  /** Of the App or OAuth App that github.client_id names. */
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  SESSION_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  /** The one before, while its sessions last. */
  SESSION_SECRET_OLD: z.string().min(32, 'expected at least 32 characters').optional(),
});
export type DoorSecrets = z.infer<typeof DoorSecrets>;
