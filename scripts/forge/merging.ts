// Merges that GitHub makes: POST /merges of any commit into a branch, and the merge button of a pull
// request (squash or merge). Both must run inside world.exclusive, and both keep the branch's rules.

import { type Signature, signature } from './commit.ts';
import { noreplyAddress } from './json.ts';
import type { Account, Pull } from './model.ts';
import { bypasses, mergeViolations, reviewDecision } from './protection.ts';
import { mergedPull } from './pull-requests.ts';
import { moveRefs, refsMoved } from './ref-changes.ts';
import { Refusal } from './refusal.ts';
import type { Repository, World } from './world.ts';

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
): Promise<string | null> {
  const { git } = repository;
  const name = `refs/heads/${wanted.base}`;
  const base = git.refs.get(name);
  if (base === undefined) throw new Refusal(404, 'Base does not exist');
  const head = await git.commit(wanted.head);
  if (head === null) throw new Refusal(404, 'Head does not exist');
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
  await moveRefs(world, repository, actor, [{ name, before: base, after, force: false }]);
  return after;
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
): Promise<string> {
  const { git } = repository;
  if (button.sha !== undefined && button.sha !== pull.head.sha) {
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  const name = `refs/heads/${pull.base.ref}`;
  const before = git.refs.get(name);
  const merged =
    pull.state.kind !== 'open' || pull.draft || before === undefined
      ? undefined
      : await git.mergeTree(before, pull.head.sha);
  if (before === undefined || merged?.kind !== 'clean') {
    throw new Refusal(405, 'Pull Request is not mergeable');
  }
  requireMergeable(world, repository, pull, actor);
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
  return after;
}

function requireMergeable(world: World, repository: Repository, pull: Pull, actor: Account): void {
  const rules = world.rules(repository, pull.base.ref);
  if (rules === undefined || bypasses(rules, actor)) return;
  const isWriter = (login: string) => world.canPush(repository, world.account(login));
  const statuses = repository.record.statuses[pull.head.sha] ?? [];
  const decision = reviewDecision(rules, pull, isWriter);
  const violations = mergeViolations(rules, statuses, decision);
  if (violations.length === 0) return;
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
      throw new Refusal(405, 'Rebase merges are not allowed on this repository.');
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
