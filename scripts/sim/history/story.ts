// What happened in a history, as lines for a person: when, who or what, and what came of it.
import type { Simulation } from '../run/simulation.ts';

export const storyOf = ({ story, history }: Simulation, details: boolean): string =>
  [
    ...history.setting.branches.map(
      ({ branch, deployable, mergeable, runningTestsMax, minimumApprovals, mergeWhileDeploying }) =>
        `${branch}: ${JSON.stringify({ deployable, mergeable, runningTestsMax, minimumApprovals, mergeWhileDeploying })}`,
    ),
    ...story
      .filter(({ detail }) => details || !detail)
      .map(({ at, text }) => `${(at / 1_000).toFixed(1).padStart(9)} s  ${text}`),
  ].join('\n');
