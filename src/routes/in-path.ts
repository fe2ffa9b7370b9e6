// What stands in a path: which watched branch, in either of the two ways to name it, and which pull request.
import type { Context } from 'hono';
import { PullInPath } from '../../schemas/ids.ts';
import { refuse } from './body.ts';
import type { Branch, Branches } from './branches.ts';

const AT = '/api/v1alpha/watched_branches';

/** By `main`, the first that is called so, or `acme%2Fbakery%3Amain`; or by `acme/bakery/main`. */
export const WATCHED_BRANCH = [`${AT}/:branch`, `${AT}/:owner/:repo/:branch`] as const;

export function branchOf(c: Context, branches: Branches): Branch {
  const { owner, repo, branch = '' } = c.req.param();
  const name = owner === undefined ? branch : `${owner}/${repo}:${branch}`;
  const found = branches.find(name);
  if (!found) throw refuse(404, `${name} is not a watched branch`);
  return found;
}

export function pullOf(c: Context): number {
  const number = PullInPath.safeParse(c.req.param('number'));
  if (!number.success) throw refuse(400, 'PR number must be an integer');
  return number.data;
}
