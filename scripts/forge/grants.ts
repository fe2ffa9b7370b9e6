// Who is asking, and what they may do: a person with a token of either kind, an App, an App's
// installation. Pure judgement over what is remembered; how GitHub words a refusal is in
// rest/permit.ts.

import type { Account, Level, Permissions, Selection } from './model/account.ts';
import type { App, Installation } from './model/app.ts';
import { fullName, type RepositoryRecord } from './model.ts';

export type Identity =
  | { readonly kind: 'classic'; readonly account: Account; readonly scopes: readonly string[] }
  | {
      readonly kind: 'fine_grained';
      readonly account: Account;
      readonly permissions: Permissions;
      readonly repositories: Selection;
    }
  | {
      readonly kind: 'installation';
      readonly account: Account;
      readonly app: App;
      readonly installation: Installation;
      readonly permissions: Permissions;
      readonly repositories: Selection;
      /** Milliseconds since 1970. */
      readonly expiresAt: number;
    }
  /** Known by a JWT: may ask about itself and for tokens, nothing else. */
  | { readonly kind: 'app'; readonly account: Account; readonly app: App };

const RANK: Readonly<Record<Level, number>> = { read: 1, write: 2, admin: 3 };

export const reaches = (held: Level | undefined, wanted: Level): boolean =>
  held !== undefined && RANK[held] >= RANK[wanted];

export const covers = (selection: Selection, record: RepositoryRecord): boolean =>
  selection === 'all' ||
  [fullName(record), ...record.formerNames].some((name) =>
    selection.some((one) => one.toLowerCase() === name.toLowerCase()),
  );

/** Whether an installation includes a repository: of its account, and chosen. */
export const installedOn = (installation: Installation, record: RepositoryRecord): boolean =>
  installation.account.toLowerCase() === record.owner.toLowerCase() &&
  covers(installation.repositories, record);

/** Whether a token is for this repository at all. */
export function isFor(identity: Identity, record: RepositoryRecord): boolean {
  switch (identity.kind) {
    case 'classic':
      return true;
    case 'fine_grained':
      return covers(identity.repositories, record);
    case 'installation':
      return installedOn(identity.installation, record) && covers(identity.repositories, record);
    case 'app':
      return false;
  }
}

/** Scopes that a classic token needs for a permission that other tokens have by its own name. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  repository_hooks: ['repo', 'admin:repo_hook', 'write:repo_hook'],
  workflows: ['workflow'],
  members: ['read:org', 'write:org', 'admin:org', 'repo'],
};

export const scopesFor = (permission: string): readonly string[] =>
  SCOPES[permission] ?? ['repo', 'public_repo'];

/** What the token itself allows; whether its owner has the right is another question. */
export function allows(
  identity: Identity,
  record: RepositoryRecord | null,
  permission: string,
  level: Level,
): boolean {
  switch (identity.kind) {
    case 'classic': {
      // Public things are read by anybody; the scope decides about the rest.
      if (level === 'read' && record !== null && !record.settings.private) return true;
      return scopesFor(permission).some((scope) => identity.scopes.includes(scope));
    }
    case 'fine_grained':
    case 'installation':
      return (
        (record === null || isFor(identity, record)) &&
        (permission === 'metadata' || reaches(identity.permissions[permission], level))
      );
    case 'app':
      return false;
  }
}
