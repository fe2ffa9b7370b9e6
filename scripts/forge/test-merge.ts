// refs/pull/N/merge: GitHub's own merge of a pull request, which is often older than head and base are.
// It is made anew on a push to the head, when the merge base is another, or after twelve hours; not when
// the base merely moves. Asking for it starts that in the background.

import type { Pull, TestMerge } from './model/pull.ts';
import type { Repository } from './repositories.ts';
import { tryMerge } from './trial-merge.ts';
import type { World } from './world.ts';

const OLD_MS = 12 * 3_600_000;

/** Pull requests whose test merge is being looked at. */
const underWay = new WeakSet<Pull>();
/** The base that a test merge was last compared with, so that git is asked once for each. */
const compared = new WeakMap<TestMerge, string>();

export const testMergeRef = ({ number }: Pull): string => `refs/pull/${number}/merge`;

/** As it is now; null when there is none. */
export function testMergeOf(world: World, repository: Repository, pull: Pull): TestMerge | null {
  const base = repository.git.refs.get(`refs/heads/${pull.base.ref}`);
  const isOpen = pull.state.kind === 'open' && base !== undefined && !world.past.isSeen;
  if (isOpen && !underWay.has(pull) && mayBeOld(world, repository, pull, base)) {
    underWay.add(pull);
    // Whoever reads does not wait; a change to the repository that is under way comes first.
    const renewed = world.exclusive(repository, () => renew(world, repository, pull));
    renewed.catch(() => undefined).finally(() => underWay.delete(pull));
  }
  return pull.testMerge;
}

const isOverdue = (world: World, { at }: TestMerge): boolean =>
  world.nowMs() - Date.parse(at) > OLD_MS;

function mayBeOld(world: World, { record }: Repository, pull: Pull, base: string): boolean {
  const { testMerge } = pull;
  if (testMerge === null || testMerge.head !== pull.head.sha) return true;
  if (testMerge.base === base) return false;
  if (record.knobs.test_merge === 'fresh' || isOverdue(world, testMerge)) return true;
  return compared.get(testMerge) !== base;
}

async function renew(world: World, { git, record }: Repository, pull: Pull): Promise<void> {
  const base = git.refs.get(`refs/heads/${pull.base.ref}`);
  if (base === undefined || pull.state.kind !== 'open') return;
  const head = pull.head.sha;
  const mergeBase = await git.mergeBase(base, head);
  const known = pull.testMerge;
  const isGood =
    known?.head === head &&
    known.mergeBase === mergeBase &&
    record.knobs.test_merge === 'stale' &&
    !isOverdue(world, known);
  if (isGood) {
    compared.set(known, base);
    return;
  }
  const trial = await tryMerge(git, base, head);
  const commit = trial.kind === 'clean' ? trial.commit.sha : null;
  const ref = testMergeRef(pull);
  const before = git.refs.get(ref) ?? null;
  if (before !== commit) await git.updateRefs([{ name: ref, before, after: commit }]);
  pull.testMerge = { base, head, mergeBase, at: world.now(), commit };
  world.changed();
}
