// Merge priority (S7.3): high-priority label; no do-not-merge label; passed before unknown before
// failed; oldest first. A total order, so that every machine sorts alike.
import type { Build, PullRequest } from '../../schemas/state.ts';
import type { BranchConfig } from './config.ts';
import { labelsOf } from './judge-pull.ts';
import { unreachable } from './unreachable.ts';

export function byPriority(pulls: readonly PullRequest[], config: BranchConfig): PullRequest[] {
  const keyed = pulls.map((pull) => ({ pull, rank: rankOf(pull, config) }));
  return keyed.sort((a, b) => firstDifference(a.rank, b.rank)).map(({ pull }) => pull);
}

function rankOf({ facts, build }: PullRequest, config: BranchConfig): number[] {
  return [
    labelsOf(facts, config.labels.highPriority).length > 0 ? 0 : 1,
    labelsOf(facts, config.labels.doNotMerge).length > 0 ? 1 : 0,
    resultRank(build),
    facts.createdAt,
    facts.number,
  ];
}

function resultRank(build: Build): number {
  switch (build.kind) {
    case 'passed':
      return 0;
    case 'unbuilt':
    case 'running':
      return 1;
    case 'failed':
    case 'unbuildable':
      return 2;
    default:
      return unreachable(build, 'resultRank');
  }
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
