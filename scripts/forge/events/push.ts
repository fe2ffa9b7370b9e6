// Webhooks about refs that moved: push, create, delete. It says what happened; who is told, and how, is
// webhooks.ts.

import { shownMessage } from '../commit.ts';
import { type RefUpdate, ZERO } from '../git-repository.ts';
import { type FilesOfCommit, filesByCommit } from '../history.ts';
import { commitJson, signer } from '../json/commit.ts';
import type { Account } from '../model/account.ts';
import { fullName } from '../model.ts';
import type { Repository } from '../repositories.ts';
import type { World } from '../world.ts';
import { tell } from './common.ts';

/** GitHub's limit for one push event. */
const PUSH_COMMITS_MAX = 2048;

export async function pushEvent(
  world: World,
  repository: Repository,
  change: RefUpdate,
  sender: Account,
): Promise<void> {
  const { git, record } = repository;
  const { name, before, after } = change;
  const url = `${world.url}/${fullName(record)}`;
  const known = before ?? git.refs.get(`refs/heads/${record.defaultBranch}`);
  const shas =
    after === null || (before === null && known === after)
      ? []
      : await git.commitsSince(after, known ?? null, PUSH_COMMITS_MAX);
  const files = await filesByCommit(git, shas);
  const commits = await Promise.all(
    shas.toReversed().map((sha) => pushedCommit(world, repository, sha, files)),
  );
  const head = after === null ? null : await pushedCommit(world, repository, after, files);
  tell(world, repository, sender, 'push', {
    ref: name,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && !(await git.isAncestor(before, after)),
    base_ref: null,
    compare: `${url}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
    commits,
    head_commit: head,
    pusher: { name: sender.login, email: null },
  });
  if (before === null || after === null) {
    const action = before === null ? 'create' : 'delete';
    refEvent(world, repository, name, action, sender);
  }
}

/** A branch or a tag is new, or gone. */
function refEvent(
  world: World,
  repository: Repository,
  name: string,
  event: 'create' | 'delete',
  sender: Account,
): void {
  const [, kind, ref = name] = /^refs\/(heads|tags)\/(.+)$/.exec(name) ?? [];
  tell(world, repository, sender, event, {
    ref,
    ref_type: kind === 'tags' ? 'tag' : 'branch',
    pusher_type: 'user',
    ...(event === 'create'
      ? { master_branch: repository.record.defaultBranch, description: null }
      : {}),
  });
}

async function pushedCommit(
  world: World,
  repository: Repository,
  sha: string,
  files: ReadonlyMap<string, FilesOfCommit>,
) {
  const commit = await repository.git.commit(sha);
  if (commit === null) throw new Error(`no commit ${sha}`);
  const { html_url, commit: said } = commitJson(world, repository, commit);
  const person = (who: typeof said.author, username: string | undefined) => ({
    name: who.name,
    email: who.email,
    ...(username === undefined ? {} : { username }),
  });
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: shownMessage(commit),
    timestamp: said.committer.date,
    url: html_url,
    author: person(said.author, signer(world, commit.author)?.login),
    committer: person(said.committer, signer(world, commit.committer)?.login),
    ...(files.get(sha) ?? { added: [], removed: [], modified: [] }),
  };
}
