// Merges that GitHub makes: POST /merges of any commit into a branch, and the merge button of a pull
// request (squash or merge). Both must run inside world.exclusive, and both keep the branch's rules.

import { type Commit, type Signature, signature } from './commit.ts';
import { noreplyAddress } from './json/commit.ts';
import type { Account } from './model/account.ts';
import type { Pull } from './model/pull.ts';
import { fullName } from './model.ts';
import { judgeMerge } from './protection.ts';
import { mergedPull } from './pull-requests.ts';
import { type MoveRights, moveRefs, refsMoved } from './ref-changes.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';
import { requireWorkflows } from './workflow-files.ts';
import type { World } from './world.ts';

const by = (world: World, account: Account): Signature =>
  signature(account.name ?? account.login, noreplyAddress(account), world.now());

/**
 * Merges `head` (a branch or a commit) into the branch `base` and moves it.
 * @returns the merge commit; null when `base` contains `head` already.
 * Throws Refusal: 404 for a missing base or head, 409 for a conflict, 422 for a rule.
 */
export async function mergeInto(
  world: World,
  repository: Repository,
  actor: Account,
  wanted: { readonly base: string; readonly head: string; readonly message?: string | undefined },
  rights: MoveRights,
): Promise<string | null> {
  const { git } = repository;
  const name = `refs/heads/${wanted.base}`;
  const base = git.refs.get(name);
  if (base === undefined) throw new Refusal(404, 'Base does not exist');
  const head = await git.commit(wanted.head);
  if (head === null || !(await isTaken(repository, head))) {
    throw new Refusal(404, 'Head does not exist');
  }
  if (await git.isAncestor(head.sha, base)) return null;
  const merged = await git.mergeTree(base, head.sha);
  if (merged.kind === 'conflict') throw new Refusal(409, 'Merge conflict');
  const author = by(world, actor);
  const after = await git.writeCommit({
    tree: merged.tree,
    parents: [base, head.sha],
    author,
    committer: author,
    message: wanted.message ?? `Merge ${wanted.head} into ${wanted.base}`,
  });
  await moveRefs(world, repository, actor, [{ name, before: base, after, force: false }], rights);
  return after;
}

/** Whether a commit is one that POST /merges takes: nobody has said which ones it does. */
async function isTaken({ git, record }: Repository, head: Commit): Promise<boolean> {
  if (record.knobs.scratch_merge_head === 'any_commit') return true;
  const branches = await git.git(['for-each-ref', '--contains', head.sha, 'refs/heads']);
  return branches !== '';
}

export interface MergeButton {
  readonly method: 'merge' | 'squash' | 'rebase';
  /** What the head must be. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * @returns the SHA of the commit that landed.
 * Throws Refusal: 405 when it cannot be merged, 409 when the head is not `sha`.
 */
export async function pressMerge(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  button: MergeButton,
  { workflows }: MoveRights,
): Promise<string> {
  const { git } = repository;
  if (button.sha !== undefined && button.sha !== pull.head.sha) {
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  requireMethod(repository, button.method);
  const name = `refs/heads/${pull.base.ref}`;
  const before = git.refs.get(name);
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  const merged =
    pull.state.kind !== 'open' || before === undefined
      ? undefined
      : await git.mergeTree(before, pull.head.sha);
  if (before === undefined || merged?.kind !== 'clean') {
    throw new Refusal(405, 'Pull Request is not mergeable');
  }
  const isBehind = !(await git.isAncestor(before, pull.head.sha));
  requireMergeable(world, repository, pull, actor, { isBehind, method: button.method });
  await requireWorkflows(repository, workflows, before, pull.head.sha);
  const made = mergeMessage(world, pull, actor, button);
  const after = await git.writeCommit({
    tree: merged.tree,
    parents: button.method === 'squash' ? [before] : [before, pull.head.sha],
    author: made.author,
    committer: signature('GitHub', 'noreply@github.com', world.now()),
    message: made.message,
  });
  const change = { name, before, after };
  await git.updateRefs([change]);
  await mergedPull(world, repository, pull, actor, after);
  await refsMoved(world, repository, actor, [change]);
  await deleteHead(world, repository, pull, actor);
  return after;
}

/** Where a repository is set so, the branch of what was merged goes away. */
async function deleteHead(
  world: World,
  repository: Repository,
  { head }: Pull,
  actor: Account,
): Promise<void> {
  const { record, git } = repository;
  const name = `refs/heads/${head.ref}`;
  const before = git.refs.get(name);
  const isWanted = record.settings.delete_branch_on_merge && head.ref !== record.defaultBranch;
  if (!isWanted || head.repo !== fullName(record) || before !== head.sha) return;
  const change = { name, before, after: null };
  await git.updateRefs([change]);
  await refsMoved(world, repository, actor, [change]);
}

function requireMethod({ record }: Repository, method: MergeButton['method']): void {
  const { allow_merge_commit, allow_squash_merge } = record.settings;
  const refused = {
    merge: allow_merge_commit ? null : 'Merge commits are not allowed on this repository.',
    squash: allow_squash_merge ? null : 'Squash merges are not allowed on this repository.',
    rebase: 'Rebase merges are not allowed on this repository.',
  }[method];
  if (refused !== null) throw new Refusal(405, refused);
}

function requireMergeable(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  facts: Parameters<typeof judgeMerge>[4],
): void {
  const verdict = judgeMerge(world, repository, actor, pull, facts);
  if (verdict === null) return;
  const { rules, violations } = verdict;
  const prefix = rules.kind === 'ruleset' ? 'Repository rule violations found\n\n' : '';
  throw new Refusal(405, `${prefix}${violations.join('\n\n')}`);
}

function mergeMessage(
  world: World,
  pull: Pull,
  actor: Account,
  button: MergeButton,
): { author: Signature; message: string } {
  const join = (title: string, body: string) => (body === '' ? title : `${title}\n\n${body}`);
  switch (button.method) {
    case 'rebase':
      throw new Error('a rebase has no message');
    case 'merge': {
      const owner = pull.head.repo?.split('/')[0] ?? pull.author;
      const title = `Merge pull request #${pull.number} from ${owner}/${pull.head.ref}`;
      return {
        author: by(world, actor),
        message: join(button.title ?? title, button.message ?? pull.title),
      };
    }
    case 'squash': {
      const author = by(world, world.account(pull.author));
      return {
        author,
        message: join(
          button.title ?? `${pull.title} (#${pull.number})`,
          button.message ?? pull.body,
        ),
      };
    }
  }
}
