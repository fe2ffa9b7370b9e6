// The one door through which refs move by the API, and what follows from every move, however made:
// push events, pull requests that open, follow their head, close, or turn out to be merged.
// Everything here must run inside world.exclusive.

import { rulesOf } from './branch-rules.ts';
import { requestSuites } from './checks.ts';
import { splitMessage } from './commit.ts';
import { pushEvent } from './events/push.ts';
import { GitError } from './git.ts';
import { isSha, type RefUpdate, ZERO } from './git-repository.ts';
import type { Account } from './model/account.ts';
import type { Pull } from './model/pull.ts';
import { fullName } from './model.ts';
import { apiRefusalText, judgeChange, type Verdict } from './protection.ts';
import { closePull, followHead, mergedPull, openPull } from './pull-requests.ts';
import { Refusal } from './refusal.ts';
import type { Repository } from './repositories.ts';
import { type Permit, requireWorkflows } from './workflow-files.ts';
import type { World } from './world.ts';

export interface WantedMove {
  /** Full name, `refs/…`. */
  readonly name: string;
  /** undefined = wherever it is; null = must not exist. */
  readonly before: string | null | undefined;
  readonly after: string | null;
  /** Whether history may be thrown away. */
  readonly force: boolean;
}

/** What may be done beyond the right to push. */
export interface MoveRights {
  readonly workflows: Permit;
  /** Whether those who bypass the rules do so here. */
  readonly bypassHolds: boolean;
}
export const ALL_RIGHTS: MoveRights = { workflows: { kind: 'granted' }, bypassHolds: true };

const BRANCH = 'refs/heads/';
/** A branch pushed below this opens a pull request: the forge's stand-in for the button. */
const OPENS_PULL = `${BRANCH}pr/`;

/**
 * Moves refs, all or none, then lets everything follow that GitHub does after a push.
 * Throws a 422 Refusal with GitHub's sentence when a ref is elsewhere, a rule forbids it, the object
 * is missing, or it is not a fast forward and `force` is not set.
 */
export async function moveRefs(
  world: World,
  repository: Repository,
  actor: Account,
  moves: readonly WantedMove[],
  rights: MoveRights = ALL_RIGHTS,
): Promise<void> {
  const updates: RefUpdate[] = [];
  for (const move of moves) updates.push(await checkMove(world, repository, actor, move, rights));
  const changes = updates.filter((update) => update.before !== update.after);
  if (changes.length === 0) return;
  try {
    await repository.git.updateRefs(changes);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Refusal(422, `Reference update failed: ${error.stderr.trim()}`);
  }
  await refsMoved(world, repository, actor, changes);
}

async function checkMove(
  world: World,
  repository: Repository,
  actor: Account,
  move: WantedMove,
  rights: MoveRights,
): Promise<RefUpdate> {
  const { git } = repository;
  const { name, after } = move;
  if (!isRefName(name)) throw new Refusal(422, `${name} is not a valid ref name.`);
  if (name.startsWith('refs/pull/')) throw new Refusal(422, 'Reference cannot be updated');
  const before = git.refs.get(name) ?? null;
  if (move.before !== undefined && move.before !== before) {
    throw new Refusal(
      422,
      `Reference ${name} was expected to be at ${move.before ?? ZERO} but is at ${before ?? ZERO}`,
    );
  }
  if (before === null && after === null) throw new Refusal(422, 'Reference does not exist');
  if (after !== null) {
    const object = isSha(after) ? await git.object(after) : null;
    if (object === null) throw new Refusal(422, 'Object does not exist');
    if (name.startsWith(BRANCH) && object.type !== 'commit') {
      throw new Refusal(422, 'Object is not a commit');
    }
  }
  const fastForward = before === null || after === null || (await git.isAncestor(before, after));
  if (!fastForward && !move.force) throw new Refusal(422, 'Update is not a fast forward');
  const update = { name, before, after };
  const verdict = await judgeUpdate(world, repository, actor, update, fastForward, rights);
  if (verdict !== null) throw new Refusal(422, apiRefusalText(verdict));
  if (after !== null) await requireWorkflows(repository, rights.workflows, before, after);
  return update;
}

/**
 * What the branch's rules have against this change; null = nothing.
 * @param env lets a hook look into its quarantine
 */
export async function judgeUpdate(
  world: World,
  repository: Repository,
  actor: Account,
  { name, before, after }: RefUpdate,
  fastForward: boolean,
  { bypassHolds }: MoveRights,
  env: Readonly<Record<string, string>> = {},
): Promise<Verdict | null> {
  if (!name.startsWith(BRANCH) || before === after) return null;
  const branch = name.slice(BRANCH.length);
  const asksForLine = rulesOf(repository.record, branch).some(
    ({ forbids }) => forbids.mergeCommits,
  );
  const hasMerges =
    asksForLine && after !== null && (await repository.git.hasMerges(after, before, env));
  const change = { branch, after, created: before === null, fastForward, hasMerges };
  return judgeChange(world, repository, actor, change, bypassHolds);
}

/** What follows from refs that have moved already: a push through git, or moveRefs. */
export async function refsMoved(
  world: World,
  repository: Repository,
  actor: Account,
  changes: readonly RefUpdate[],
): Promise<void> {
  const branches = changes.filter((change) => change.name.startsWith(BRANCH));
  const tags = changes.filter((change) => change.name.startsWith('refs/tags/'));
  if (branches.length + tags.length === 0) return;
  repository.record.pushedAt = world.now();
  for (const change of [...branches, ...tags]) await pushEvent(world, repository, change, actor);
  for (const change of branches) await openSuites(world, repository, actor, change);
  // Heads before bases: a head and its base that move together leave the pull request merged.
  for (const change of branches) await headMoved(world, repository, actor, change);
  for (const change of branches) await baseMoved(world, repository, actor, change, branches);
  for (const change of branches) await closeEmptied(world, repository, actor, change);
  world.changed();
}

async function openSuites(
  world: World,
  repository: Repository,
  actor: Account,
  { after }: RefUpdate,
): Promise<void> {
  const commit = after === null ? null : await repository.git.commit(after);
  if (commit !== null) requestSuites(world, repository, commit, actor);
}

/** Opens a pull request for every branch among these that was pushed below `pr/` and has none. */
export async function openPushed(
  world: World,
  repository: Repository,
  pusher: Account,
  changes: readonly RefUpdate[],
): Promise<void> {
  const upstream =
    repository.record.parent === null ? repository : world.find(repository.record.parent);
  if (upstream === undefined) return;
  for (const { name, after } of changes) {
    if (!name.startsWith(OPENS_PULL) || after === null) continue;
    const ref = name.slice(BRANCH.length);
    if (openPullsFrom(upstream, repository, ref).length > 0) continue;
    const base = upstream.git.refs.get(`${BRANCH}${upstream.record.defaultBranch}`);
    if (base === undefined || (await repository.git.isAncestor(after, base))) continue;
    const commit = await repository.git.commit(after);
    if (commit === null) continue;
    await openPull(world, upstream, pusher, {
      head: { repository, ref },
      base: upstream.record.defaultBranch,
      ...splitMessage(commit.message),
    });
  }
}

const openPullsFrom = (target: Repository, source: Repository, ref: string): Pull[] =>
  target.record.pulls.filter(
    (pull) =>
      pull.state.kind === 'open' &&
      pull.head.ref === ref &&
      pull.head.repo === fullName(source.record),
  );

async function headMoved(
  world: World,
  source: Repository,
  actor: Account,
  { name, after }: RefUpdate,
): Promise<void> {
  const ref = name.slice(BRANCH.length);
  for (const target of world.repositories) {
    for (const pull of openPullsFrom(target, source, ref)) {
      if (after === null) await closePull(world, target, pull, actor);
      else await followHead(world, target, pull, source, after, actor);
    }
  }
}

async function baseMoved(
  world: World,
  repository: Repository,
  actor: Account,
  { name, before, after }: RefUpdate,
  all: readonly RefUpdate[],
): Promise<void> {
  const ref = name.slice(BRANCH.length);
  const pulls = repository.record.pulls.filter(
    (pull) => pull.state.kind === 'open' && pull.base.ref === ref,
  );
  if (pulls.length === 0) return;
  const arrived =
    after === null || before === null ? [] : await repository.git.commitsSince(after, before);
  const landed = new Set(arrived);
  for (const pull of pulls) {
    if (after === null) {
      await closePull(world, repository, pull, actor);
    } else if (landed.has(pull.head.sha)) {
      const fate = fateOfLanded(repository, pull, all);
      if (fate === 'merged') await mergedPull(world, repository, pull, actor, after);
      if (fate === 'closed') await closePull(world, repository, pull, actor);
    }
  }
}

/** What becomes of a pull request whose head lies in its base all of a sudden. */
function fateOfLanded({ record }: Repository, pull: Pull, all: readonly RefUpdate[]) {
  const { indirect_merge, head_moved_with_base } = record.knobs;
  const isOurs = pull.head.repo === fullName(record);
  if (isOurs && all.some(({ name }) => name === `${BRANCH}${pull.head.ref}`)) {
    return head_moved_with_base;
  }
  const isSeen = indirect_merge === 'always' || pull.base.ref === record.defaultBranch;
  return indirect_merge !== 'missed' && isSeen ? 'merged' : 'open';
}

/** A head that was moved back into its base leaves nothing to merge: GitHub closes it, unmerged. */
async function closeEmptied(
  world: World,
  source: Repository,
  actor: Account,
  { name, after }: RefUpdate,
): Promise<void> {
  if (after === null) return;
  for (const target of world.repositories) {
    for (const pull of openPullsFrom(target, source, name.slice(BRANCH.length))) {
      const base = target.git.refs.get(`${BRANCH}${pull.base.ref}`);
      if (base === undefined || !(await target.git.isAncestor(after, base))) continue;
      await closePull(world, target, pull, actor);
    }
  }
}

/** git's own rules for names of refs, for those that are below refs/ and have two slashes. */
export function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    !/[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\/\.|\.lock(\/|$)/u.test(name)
  );
}
