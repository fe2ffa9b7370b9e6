// GitHub's merge API in memory: it compares the source commit with the one that it is given, and asks nothing about where
// the branch is.
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import { type Answer, type Ask, failed, found } from './ask.ts';
import { type GithubWorld, headOf, headRef } from './github-world.ts';

export interface MergeWish {
  readonly pull_number: PullNumber;
  readonly sha: Sha;
  readonly merge_method: 'squash' | 'merge';
  readonly commit_title: string;
  readonly commit_message: string;
}

export const mergePull = (wish: MergeWish): Ask => ({
  name: 'mergePull',
  args: [wish.pull_number, wish.sha, wish.merge_method],
  effect: (world) => merged(world, wish),
});

function merged(world: GithubWorld, wish: MergeWish): Answer {
  const { pull_number: number, sha, merge_method: method } = wish;
  const { graph, view } = world;
  const { source, base, state, draft } = world.pull(number);
  if (sha !== source.sha)
    return failed(409, 'Head branch was modified. Review and try the merge again.');
  const head = headOf(view, base);
  const files = head && state === 'open' && !draft ? graph.merge(head, sha) : null;
  if (!head || !files) return failed(405, 'Pull Request is not mergeable');
  const words = world.refusals.get(number);
  if (words !== undefined) return failed(405, words);
  const commit = graph.commit({
    files,
    parents: method === 'merge' ? [head, sha] : [head],
    message: `${wish.commit_title}\n\n${wish.commit_message}`,
    date: world.now,
  });
  world.landings.push({ pr: number, sha: commit.sha, sourceSha: sha, branch: base });
  world.changePull(number, { state: 'merged', mergeCommit: commit.sha }, 'closed');
  world.moveRefs({ [headRef(base)]: commit.sha });
  return found({ sha: commit.sha, merged: true, message: 'Pull Request successfully merged' });
}
