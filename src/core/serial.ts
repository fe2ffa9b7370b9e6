// The serial strategy: one merge candidate at a time is kept tested on the branch's present commit.
// The candidate is sticky, so that landing K pull requests takes at most 2K-1 test batches: each is
// tested once on arrival and at most once more as the candidate.
import type { PullNumber } from '../../schemas/ids.ts';
import type { Standing, Strategy, TestWish, View } from './strategy.ts';

/** A candidate whose test cannot be started so many times in a row gives way for a while. */
const PATIENCE = 3;

export const serial: Strategy = (view) => {
  const candidate = chooseCandidate(view);
  const land = view.pulls.find((standing) => standing.landable)?.pull.facts.number ?? null;
  return {
    candidate,
    tests: [...retest(view, candidate), ...firstTests(view, candidate)],
    land,
    queue: queueOf(view, land, candidate),
  };
};

/** Each of them is tested once more when its turn comes. */
function queueOf(view: View, ...first: readonly (PullNumber | null)[]): PullNumber[] {
  if (!view.mergeable) return [];
  const eligible = view.pulls.filter(isEligible).map(({ pull }) => pull.facts.number);
  return [...new Set([...first.filter((pr) => pr !== null), ...eligible])];
}

/**
 * S7.4: the one it was, while it is eligible; otherwise one whose test is about the branch's present
 * commit, which would be wasted on any other's landing; otherwise the first in priority order.
 */
function chooseCandidate(view: View): PullNumber | null {
  if (!view.mergeable) return null;
  const eligible = view.pulls.filter(isEligible);
  const kept = eligible.find(({ pull }) => pull.facts.number === view.candidate);
  return (
    (kept ?? eligible.find(({ current }) => current) ?? eligible[0])?.pull.facts.number ?? null
  );
}

/** A pull request that cannot go green must never hold up the ones behind it (S7.7). */
function isEligible(standing: Standing): boolean {
  const { pull, landableIfGreen, current, startDelayed, startFailures } = standing;
  if (!landableIfGreen || (startDelayed && startFailures >= PATIENCE)) return false;
  switch (pull.build.kind) {
    case 'failed':
      return false;
    case 'unbuildable':
      return !current;
    default:
      return true;
  }
}

/** The candidate's test on the present commit; it does not count against the limit. */
function retest(view: View, candidate: PullNumber | null): TestWish[] {
  const standing = view.pulls.find(({ pull }) => pull.facts.number === candidate);
  return standing && !standing.current ? [wish(standing)] : [];
}

/**
 * S5.3, S5.4: everything that was never tested, up to the limit. A conflict with an older target
 * was never tested either, and may have gone away. One whose start failed stays wished for, so that
 * its failures are remembered, but takes no place until it is due again.
 */
function firstTests(view: View, candidate: PullNumber | null): TestWish[] {
  const taken = view.running.filter((pr) => pr !== candidate).length;
  const untested = view.pulls.filter(({ pull, testable, current }) => {
    if (!testable || pull.facts.number === candidate) return false;
    return pull.build.kind === 'unbuilt' || (pull.build.kind === 'unbuildable' && !current);
  });
  const due = untested.filter(({ startDelayed }) => !startDelayed);
  const delayed = untested.filter(({ startDelayed }) => startDelayed);
  return [...due.slice(0, Math.max(0, view.runningTestsMax - taken)), ...delayed].map(wish);
}

const wish = ({ pull: { build, facts } }: Standing): TestWish => ({
  pr: facts.number,
  reason: build.kind === 'unbuilt' ? build.why : 'target_moved',
});
