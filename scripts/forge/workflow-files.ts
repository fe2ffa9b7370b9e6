// GitHub lets nobody change the files of its own CI without a permission of its own, whatever else they
// may do: neither by a push, nor by moving a ref, nor by the merge button.

import { allows, type Identity } from './grants.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';

const FOLDER = '.github/workflows';

export type Permit =
  | { readonly kind: 'granted' }
  | { readonly kind: 'missing'; readonly who: string; readonly what: string };

const GRANTED: Permit = { kind: 'granted' };

export function workflowPermit(identity: Identity | null, { record }: Repository): Permit {
  if (identity === null || allows(identity, record, 'workflows', 'write')) return GRANTED;
  return identity.kind === 'installation'
    ? { kind: 'missing', who: 'a GitHub App', what: '`workflows` permission' }
    : { kind: 'missing', who: 'a Personal Access Token', what: '`workflow` scope' };
}

/** The refusal of a change from `before` (null: nothing) to `after`; null when there is none. */
export async function refusedWorkflow(
  { git, record }: Repository,
  permit: Permit,
  before: string | null,
  after: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  if (permit.kind === 'granted') return null;
  const from = before ?? git.refs.get(`refs/heads/${record.defaultBranch}`);
  const args =
    from === undefined
      ? ['ls-tree', '-r', '--name-only', after, '--', FOLDER]
      : ['diff', '--name-only', from, after, '--', FOLDER];
  const [file] = (await git.git(args, { env })).split('\n').filter((line) => line !== '');
  if (file === undefined) return null;
  return `refusing to allow ${permit.who} to create or update workflow \`${file}\` without ${permit.what}`;
}

/** Throws a 403 Refusal. */
export async function requireWorkflows(
  repository: Repository,
  permit: Permit,
  before: string | null,
  after: string,
): Promise<void> {
  const refused = await refusedWorkflow(repository, permit, before, after);
  if (refused !== null) throw new Refusal(403, refused);
}
