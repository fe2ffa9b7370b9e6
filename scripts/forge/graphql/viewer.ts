// Who asks a GraphQL query, and what resolvers need to know of the occasion.

import { allows, type Identity } from '../grants.ts';
import type { RateLimits } from '../limits.ts';
import type { Level } from '../model/account.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import { canSee } from '../rest/permit.ts';
import type { World } from '../world.ts';

export interface Viewer {
  readonly world: World;
  readonly identity: Identity;
  readonly limits: RateLimits;
  /** What this query costs. */
  readonly cost: { readonly points: number; readonly nodes: number };
  /** A field that is not to be had, by order. */
  readonly forbidden: { readonly field: string; readonly message: string } | null;
}

export const missingText = ({ kind }: Identity): string =>
  kind === 'installation' || kind === 'app'
    ? 'Resource not accessible by integration'
    : 'Resource not accessible by personal access token';

/** The refusal of what the viewer's token does not allow; null when it does. */
export function refusalOf(
  { identity }: Viewer,
  { record }: Repository,
  permission: string,
  level: Level,
): Refusal | null {
  return allows(identity, record, permission, level)
    ? null
    : new Refusal(403, missingText(identity));
}

export const isVisible = ({ world, identity }: Viewer, repository: Repository): boolean =>
  canSee(world, repository, identity);

/** Is the viewer this account? */
export const isBy = ({ identity }: Viewer, login: string): boolean =>
  identity.kind !== 'app' && identity.account.login === login;
