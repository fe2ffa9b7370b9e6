// What a pull request's comment says about its authorization (S5.1): the author may not see more of us than the pull
// request itself. There is one only where a commit needed it, and it is edited as that changes.
import type { PullRequest } from '../../schemas/state.ts';
import { pullUrl, short } from './check.ts';
import type { BranchConfig } from './config.ts';
import { digest } from './digest.ts';
import { isAuthorized } from './judge-pull.ts';

/** One on each pull request and branch. */
export const authorizationKind = ({ name }: BranchConfig): string => `authorization ${name}`;

/** In Markdown; null: nothing is to be said, or changed. */
export function authorizationWords(
  pull: PullRequest,
  authorized: readonly string[],
  config: BranchConfig,
): string | null {
  const text = textFor(pull, authorized, config);
  return text === null || pull.comment?.words === digest(text) ? null : text;
}

function textFor(
  { facts, comment }: PullRequest,
  authorized: readonly string[],
  config: BranchConfig,
): string | null {
  const { author, source, number } = facts;
  const commit = `\`${short(source.sha)}\``;
  if (!isAuthorized(facts, authorized, config))
    return [
      `Commit ${commit} is not tested yet: ${author.login} is not a known developer, and a test runs what the commit says.`,
      `A maintainer who has read the change can authorize exactly this commit: [here is how](${pullUrl(config, number)}). Another push will need it again.`,
    ].join('\n\n');
  if (comment === null) return null;
  return authorized.includes(source.sha)
    ? `Commit ${commit} is authorized by a maintainer, so that it is tested.`
    : `${author.login} is a known developer now, so that what is pushed here is tested.`;
}
