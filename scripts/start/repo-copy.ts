// Where the forge's copy of somebody's own repository comes from: made now, or kept from an earlier run while
// the repository may have moved on. It reads both and says so; it changes neither.
import { z } from 'zod';
import { git } from '../demo/git.ts';
import { bot } from '../demo/people.ts';

export type RepoCopy =
  | { readonly kind: 'made' }
  | {
      readonly kind: 'kept';
      /** The repository's commit of the branch when the forge's branch does not contain it. */
      readonly missing: string | null;
    };

export interface CopyPlace {
  /** Top folder of the user's repository. */
  readonly source: string;
  readonly branch: string;
  /** The folder that holds the copy with everything else that is kept. */
  readonly home: string;
}

/** @returns one sentence for each thing to know about the copy; the first is the most important. */
export function copySentences(copy: RepoCopy, { source, branch, home }: CopyPlace): string[] {
  if (copy.kind === 'made') {
    return [`${source} was copied and is never written to; state is kept in ${home}.`];
  }
  const moved =
    copy.missing === null
      ? []
      : [
          `${branch} of ${source} has moved on since: the copy's ${branch} is without its commit ` +
            `${copy.missing.slice(0, 8)}.`,
        ];
  return [
    `Not copied anew: the copy of ${source} from an earlier run is used, with all that landed on it.`,
    ...moved,
    `To begin anew, stop this and delete ${home}.`,
  ];
}

const comparison = z.object({ status: z.enum(['identical', 'ahead', 'behind', 'diverged']) });

/**
 * The commit of `branch` in `source`, or null when the forge's branch contains it: the forge's may well be
 * ahead by what has landed.
 * @param forgeRepoUrl the repository in the forge's REST API
 */
export async function missingCommit(
  { source, branch }: Pick<CopyPlace, 'source' | 'branch'>,
  forgeRepoUrl: string,
): Promise<string | null> {
  const sha = await git(source, ['rev-parse', '--verify', `refs/heads/${branch}`]);
  const answer = await fetch(`${forgeRepoUrl}/compare/${sha}...${encodeURIComponent(branch)}`, {
    headers: { authorization: `Bearer ${bot.token}` },
  });
  // Unknown to the forge, or without any history in common with the branch.
  if (answer.status === 404) return sha;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  const { status } = comparison.parse(await answer.json());
  return status === 'identical' || status === 'ahead' ? null : sha;
}
