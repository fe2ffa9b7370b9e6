// The race that landing is about: somebody pushes to the branch after a test has passed on its present commit and before
// that lands, at any call in between.
import type { Town } from '../run/town.ts';
import type { Files } from '../world/commit-graph.ts';
import { type Happening, townOf } from './happening.ts';

/** Between a test and its landing a branch makes no more calls than about that many. */
const CALLS_BETWEEN = 8;

export const raceFaults: Readonly<Record<string, Happening>> = {
  'somebody pushes between test and landing': {
    weight: 1,
    happen: ({ towns, prng, sim }) => {
      const town = townOf(towns, prng);
      const { branch } = town.config;
      const when = prng.pick(['before', 'after']);
      // Now and then a commit that changes nothing: only the parents tell.
      const raced: Files = prng.chance(0.3) ? {} : { raced: String(prng.below(1_000)) };
      const push = (): void => {
        town.races += 1;
        sim.github.push(branch, raced);
      };
      let calls = prng.below(CALLS_BETWEEN);
      const stop = town.wire.disturb(() => {
        if (!isAboutToLand(town) || calls-- > 0) return null;
        stop();
        return { when, with: push };
      });
      return `somebody will push to ${branch} ${calls} calls after its next test has passed`;
    },
  },
};

const isAboutToLand = ({ state, config }: Town): boolean =>
  config.mergeable &&
  Object.values(state.pulls).some(
    ({ build, facts }) =>
      build.kind === 'passed' &&
      build.targetSha === state.head &&
      facts.review.approvedBy.length >= config.minimumApprovals,
  );
